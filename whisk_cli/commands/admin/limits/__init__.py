"""``wsk admin namespace limits``: what a namespace has of its own."""
