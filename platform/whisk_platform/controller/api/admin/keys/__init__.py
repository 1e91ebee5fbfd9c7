"""Keys: new ones for namespaces, and a new one that seals them. They are blocked with subjects."""
