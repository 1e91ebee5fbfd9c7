"""Steps from one schema version to the next, each frozen as it was released.

``v<n>_<what>.py`` holds ``upgrade(operations)``, which leads from version n - 1 to n with
Alembic's operations. A new database does not come this way, so a step may be slow; it may not
import ``schema``, which changes. Imported only by ``stores.sql.upgrade``.
"""
