"""Tests of the REST API, in-process, over real stores."""
