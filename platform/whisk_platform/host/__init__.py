"""What runs on this machine: cgroups, namespaces, seccomp, process trees, log framing.

Thin, typed doors to the kernel; policy belongs to ``containers``. May import ``spi`` and below.
"""
