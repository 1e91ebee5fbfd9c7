"""Claims about the invoker over the real process factory and the real store."""
