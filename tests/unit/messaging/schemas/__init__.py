"""The JSON of the bus."""
