"""Where entities, subjects, activations and the journal are kept: one engine for each package.

May import ``spi``, ``entities``, ``common``.
"""
