"""The noun ``sdk``: what helps to write actions, installed in the current directory."""
