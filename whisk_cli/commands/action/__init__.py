"""The noun ``action``: create, update, invoke, get, delete and list actions."""
