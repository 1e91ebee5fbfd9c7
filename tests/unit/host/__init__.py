"""What runs on this machine, as far as it can be shown without running anything."""
