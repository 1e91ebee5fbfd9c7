"""Keep-alive policies, on the pool's own records."""
