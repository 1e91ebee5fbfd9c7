"""``wsk admin container``: containers."""
