"""The command line ``wsk``: a REST client, commands and their rendering.

Reaches the platform only over HTTP and through ``run.json``; imports nothing of the platform.
"""
