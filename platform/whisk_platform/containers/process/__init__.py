"""Containers as processes of this machine, kept apart by whatever the machine offers.

The factory detects the toolchains and the strongest isolation level that really works, keeps one
zygote for each kind and a few sandboxes that wait for work. What happens on the far side of the
fork is in ``host.sandbox``. Imports ``host`` and below.
"""
