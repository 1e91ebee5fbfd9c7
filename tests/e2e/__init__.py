"""Real processes, driven the way a person or a script drives them: through ``wsk``."""
