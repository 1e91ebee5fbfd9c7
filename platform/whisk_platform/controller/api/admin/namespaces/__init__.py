"""Namespaces of all subjects."""
