"""Runs one action once in a real sandbox, without a platform: no store, no bus, no server.

Runs as a process of its own for ``wsk local``. Nobody imports it.
"""
