"""The REST API and what decides behind it: who may, which action, which invoker, which answer.

Knows containers only through messages. May import ``spi`` and below; never ``invoker``.
"""
