"""Compiling: an action's source becomes a program in a sandbox of its own, once for each digest.

``request`` reads what an init asks for, ``store`` keeps finished programs on disk, ``folders``
holds what a toolchain prepares once for all builds, ``workshop`` builds, ``service`` puts them
together. A compiler reads files and runs build scripts, so it gets what an action gets: no
platform state, no network, limits on time and memory. Used by the factory; imports no language.
"""
