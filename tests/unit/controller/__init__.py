"""Tests of the pure parts of whisk_platform.controller."""
