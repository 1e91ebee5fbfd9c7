"""Each language: what an answer of its toolchain means."""
