"""Policies under virtual time: the real pool on generated, trace-shaped workloads."""
