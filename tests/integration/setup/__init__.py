"""Claims about setting up: what a person reads when the machine lacks something."""
