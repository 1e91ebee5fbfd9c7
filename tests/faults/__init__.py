"""Kills, floods and bombs against real processes."""
