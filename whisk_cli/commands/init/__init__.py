"""``wsk init``: a folder to begin with, from a template for each language."""
