"""The launcher for native executables and scripts."""
