"""A corpus of numbers and texts that people really have, taken through every path unharmed."""
