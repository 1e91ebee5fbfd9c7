"""Contract tests of live views, over a real HTTP server."""
