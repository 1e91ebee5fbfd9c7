"""The platform on this machine, as the command line sees it."""
