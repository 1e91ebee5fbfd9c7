"""``wsk platform``: the platform on this machine, started, stopped and looked after."""
