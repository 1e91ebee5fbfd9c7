"""One suite for the ports of a cluster over all their implementations."""
