"""Code on disk as actions."""
