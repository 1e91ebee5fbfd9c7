"""``wsk platform service``: the platform as a service of systemd."""
