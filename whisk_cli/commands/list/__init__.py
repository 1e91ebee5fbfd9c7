"""The noun ``list``: everything in the namespace of the key."""
