"""The noun ``package``: packages and bindings."""
