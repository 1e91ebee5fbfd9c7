"""Claims about the tree itself: layout, imports, budgets, packaging and documentation."""
