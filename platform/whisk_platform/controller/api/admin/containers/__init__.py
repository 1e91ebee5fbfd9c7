"""Containers of all invokers."""
