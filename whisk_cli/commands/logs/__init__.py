"""The noun ``logs``: what actions print, of the last while and as it comes."""
