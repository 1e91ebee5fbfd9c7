"""Hours of mixed load: what a platform still holds when everything has been tried for long."""
