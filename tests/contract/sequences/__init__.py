"""How sequences run and what they leave behind (contract rest-api §5.1, §5.2)."""
