"""The Python runtime: the launcher that runs Python actions inside a sandbox.

``launcher.py`` is self-contained: the process sandbox imports it by path in a forked child, a
container starts it as a script. Imports only the standard library, and most of that late, because
its import time is part of every start.
"""
