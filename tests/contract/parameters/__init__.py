"""Parameters that are sealed at rest."""
