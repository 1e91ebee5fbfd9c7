"""Queues: what has been accepted and waits."""
