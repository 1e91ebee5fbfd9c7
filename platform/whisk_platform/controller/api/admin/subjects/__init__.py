"""Subjects, their namespaces and keys."""
