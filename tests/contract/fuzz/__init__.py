"""Requests that nobody thought of, and entities changed in any order, against the real API."""
