"""A PostgreSQL server of this machine's own: its programs, its configuration, its process."""
