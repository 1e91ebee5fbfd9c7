"""Tests of what clients and processes say to each other."""
