"""How results look on a terminal and in a pipe: JSON, tables, durations, colors.

Pure functions from values to text, and one console that writes. Imports nothing of the commands.
"""
