"""Claims about every implementation of the stores."""
