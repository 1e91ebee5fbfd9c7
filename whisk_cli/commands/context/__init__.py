"""The noun ``context``: connections saved under names, and which one is in use."""
