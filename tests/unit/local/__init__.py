"""Running an action without a platform: the parts that need no sandbox."""
