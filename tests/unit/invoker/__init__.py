"""Claims about ``whisk_platform.invoker``."""
