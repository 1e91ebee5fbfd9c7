"""The floor rig: the least that any implementation of a warm blocking call could do here.

HTTP in, a look-up of the key and of the action, one round trip over a Unix socket to a process that
is ready, the activation record as JSON, HTTP out. No store, no limits, no logs, no isolation.
"""
