"""Container factories, one package each, chosen by name through ``spi.loader``.

May import ``host``, ``spi``, ``entities``, ``common``; never another factory or the invoker.
"""
