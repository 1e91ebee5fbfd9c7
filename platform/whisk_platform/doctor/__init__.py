"""The doctor: examines what this machine can and cannot do, without changing it.

Runs as a process of its own for ``wsk platform doctor``. Nobody imports it.
"""
