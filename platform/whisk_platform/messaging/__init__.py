"""How activation messages and acknowledgements travel: one bus for each module.

May import ``spi``, ``entities``, ``common``.
"""
