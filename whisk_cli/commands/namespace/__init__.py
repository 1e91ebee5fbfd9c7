"""The noun ``namespace``: which namespace the key owns, and everything in it."""
