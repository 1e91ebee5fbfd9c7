"""The Go runtime.

``launcher.go`` is compiled together with the action; ``build.py`` does it, in a sandbox of its
own.
"""
