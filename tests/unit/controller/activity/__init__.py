"""Tests of live views, without a server."""
