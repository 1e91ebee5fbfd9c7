"""Claims about one real dependency at a time."""
