"""Claims about what the benchmark computes."""
