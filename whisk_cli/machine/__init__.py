"""The platform on this machine: its state directory, its process, its profile.

Knows the platform by ``run.json`` and by running its modules; imports nothing of it.
"""
