"""Triggers: list, get, put, delete, fire."""
