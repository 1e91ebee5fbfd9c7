"""Limits of a namespace."""
