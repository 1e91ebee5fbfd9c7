"""The pure parts of the edge."""
