"""Documents about the deployment, which need no key."""
