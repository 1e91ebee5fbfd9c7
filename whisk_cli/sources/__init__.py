"""Code on disk as actions: which kind a file or folder is, its name, and what is sent for it.

Knows the file system, not the API; whoever creates, watches or tries out actions uses it.
"""
