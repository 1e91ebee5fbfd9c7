"""Invokers: how they are, and whether they take work."""
