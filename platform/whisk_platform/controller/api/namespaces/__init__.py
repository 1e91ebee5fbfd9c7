"""Namespaces of the caller."""
