"""How compositions run and what they leave behind (contract rest-api §5.3, §5.4)."""
