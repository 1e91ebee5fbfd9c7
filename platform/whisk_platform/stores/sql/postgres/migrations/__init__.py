"""Steps from one schema version to the next, each frozen as it was released.

``v<n>_<what>.py`` holds ``upgrade(operations)``, which leads from version n - 1 to n with
Alembic's operations, while processes of version n - 1 read and write: it may add, not take away.
Imported only by ``stores.sql.postgres.upgrade``.
"""
