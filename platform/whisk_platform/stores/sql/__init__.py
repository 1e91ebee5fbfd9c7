"""The three stores over SQL: SQLite first, one writer with group commit and a pool of readers.

The only place that knows SQLAlchemy and Alembic. May import ``stores.sealing``, ``spi``,
``entities``, ``common``.
"""
