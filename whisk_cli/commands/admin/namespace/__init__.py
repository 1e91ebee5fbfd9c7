"""``wsk admin namespace``: namespaces and their limits."""
