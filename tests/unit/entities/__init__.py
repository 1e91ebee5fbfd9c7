"""Tests of whisk_platform.entities."""
