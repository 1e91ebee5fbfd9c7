"""Activations: list, get, and the projections result and logs."""
