"""The Rust runtime.

``launcher.rs`` is linked with the action; ``build.py`` does it, in a sandbox of its own.
"""
