"""What runs inside a sandbox or container: one folder for each language.

Each folder holds a launcher that speaks the frames of ``PROTOCOL.md``. Imports nothing of ours
and nothing but the language's own library.
"""
