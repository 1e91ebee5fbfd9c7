"""The noun ``property``: what ``wsk`` knows about the connection, and where it keeps it."""
