"""The benchmarks: the platform against the floor of the same machine, in the same run.

Nothing here is a test; ``python -m tests.bench`` (``make bench``) runs it. What the parts compute
is tested in ``tests/unit/bench`` like any other code.
"""
