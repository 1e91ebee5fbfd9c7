"""The processes that a cluster stands on."""
