"""Tests of whisk_platform.common."""
