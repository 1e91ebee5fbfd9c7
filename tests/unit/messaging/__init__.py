"""Claims about ``whisk_platform.messaging``."""
