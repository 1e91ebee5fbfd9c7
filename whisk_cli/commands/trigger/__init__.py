"""The noun ``trigger``: triggers, and the feeds that fire them."""
