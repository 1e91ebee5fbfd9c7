"""The command line and the file system."""
