"""The routes of the REST API: one package for each noun, one file for each verb.

Handlers turn a ``Request`` into an ``Answer``; decisions and stores are behind ``Services``.
"""
