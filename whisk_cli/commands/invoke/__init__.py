"""The noun ``invoke``: run an action and see what comes of it."""
