"""Packages and bindings."""
