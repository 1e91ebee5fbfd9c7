"""The commands of ``wsk``: a package per noun, a module per verb, ``app.py`` puts them together.

A command takes its arguments, asks ``whisk_cli.client``, and prints through the console it is
given. No command imports another noun's modules.
"""
