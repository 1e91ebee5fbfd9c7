"""``wsk admin user``: subjects, their namespaces and keys."""
