"""The operator API, and the operator routes beside it."""
