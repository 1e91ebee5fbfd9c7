"""What runs on the far side of the fork: the zygote, the janitor and the kernel calls they make.

These modules use only the standard library and relative imports, because they run under
``python -I -S -E`` with a foreign, possibly older interpreter (3.9 and later) that cannot and must
not see the rest of the platform: an action starts as a copy of the zygote's memory. The platform
imports from here what both sides must agree on: the message codec, the process tree, the cleaning.
"""
