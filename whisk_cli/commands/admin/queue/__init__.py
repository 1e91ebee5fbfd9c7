"""``wsk admin queue``: what has been accepted and waits."""
