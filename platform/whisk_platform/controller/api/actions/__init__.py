"""Actions: list, get, put, delete, invoke."""
