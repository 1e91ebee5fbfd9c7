"""``wsk local``: actions on this machine, without a platform."""
