"""Keys of namespaces: new ones. They are created with subjects, and blocked with them."""
