"""Runs activations: takes messages, finds a container in the pool, answers, then stores.

May import ``spi`` and below; never ``controller``.
"""
