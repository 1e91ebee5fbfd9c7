"""A namespace's own limits, as operators set them."""
