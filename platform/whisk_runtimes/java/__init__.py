"""The Java runtime.

``Launcher.java`` runs jars in a warm virtual machine; ``build.py`` makes jars of sources.
"""
