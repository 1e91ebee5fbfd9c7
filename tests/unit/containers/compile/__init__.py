"""Compiling: what is asked, what is kept, who may change it."""
