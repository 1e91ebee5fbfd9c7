"""The formats behind ``-o``: one engine from documents to JSON, YAML, tables and plain columns.

What columns a noun has is data (``whisk_cli.output.nouns``). Nothing here is imported unless a flag
asks for it. Imports nothing of the commands.
"""
