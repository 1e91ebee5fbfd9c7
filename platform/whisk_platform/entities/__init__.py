"""The records the platform speaks of, frozen; their JSON shape lives in ``codecs`` only.

No I/O, no clock, no settings. May import ``common``.
"""
