"""The pure parts of ``wsk``: parsing, naming, rendering, deciding."""
