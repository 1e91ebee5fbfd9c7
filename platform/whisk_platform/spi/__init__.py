"""The ports: one Protocol per file, and a loader that finds implementations by name.

No implementation lives here. May import ``entities`` and ``common``.
"""
