"""Where activations are placed."""
