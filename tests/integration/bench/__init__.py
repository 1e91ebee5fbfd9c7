"""Claims about the floor rig and the load generator, as real processes on loopback."""
