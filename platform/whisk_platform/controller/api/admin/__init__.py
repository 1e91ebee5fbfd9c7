"""The operator API: the system key only."""
