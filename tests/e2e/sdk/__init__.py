"""Published client libraries drive a whole platform, from outside and from inside an action."""
