"""A Kafka broker of this machine's own: its jars, its configuration, its process."""
