"""``wsk admin key``: keys of namespaces."""
