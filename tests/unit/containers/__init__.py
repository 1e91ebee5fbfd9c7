"""Container factories, as far as they decide without running anything."""
