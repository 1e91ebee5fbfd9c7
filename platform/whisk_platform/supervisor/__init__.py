"""Brings up and takes down the processes of a cluster on this machine, and what they stand on."""
