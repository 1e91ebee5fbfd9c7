"""Web actions: from requests to arguments, from results to responses."""
