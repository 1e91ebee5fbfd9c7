"""The noun ``completion``: scripts that teach shells to complete ``wsk``."""
