"""What compiled languages share: the stem cell that becomes a program, and the build in a sandbox.

``launcher.py`` waits for a program and executes it; ``workbench.py`` is the frame around each
language's ``build.py``. Imports only the standard library.
"""
