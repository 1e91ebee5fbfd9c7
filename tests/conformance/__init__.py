"""One suite for each port, run over all its implementations."""
