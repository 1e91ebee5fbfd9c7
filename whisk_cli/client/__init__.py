"""The REST client: one HTTP door, and one module of small functions per resource.

Imports nothing of the commands; only the standard library, and of it ``http.client`` in one file.
"""
