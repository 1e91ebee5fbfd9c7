"""The noun ``rule``: which trigger invokes which action."""
