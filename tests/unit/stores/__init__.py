"""Claims about the stores' pure parts: sealing, templates, statements over many rows."""
