"""``wsk admin``: operator commands, with the system key."""
