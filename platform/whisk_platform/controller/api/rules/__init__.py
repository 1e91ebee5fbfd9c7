"""Rules: list, get, put, delete, status."""
