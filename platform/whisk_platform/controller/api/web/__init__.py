"""Web actions: actions that answer plain HTTP requests of anybody."""
