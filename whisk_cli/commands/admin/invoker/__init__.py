"""``wsk admin invoker``: invokers."""
