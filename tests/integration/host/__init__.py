"""Doors to the kernel, tried on the kernel."""
