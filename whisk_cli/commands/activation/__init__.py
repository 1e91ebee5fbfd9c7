"""The noun ``activation``: records of what ran, their logs and results."""
