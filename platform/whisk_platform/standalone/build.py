"""Which build of the platform this is, as clients are told.

Source: contracts rest-api §1.3 (``build``, ``buildno``).
"""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import metadata

DISTRIBUTION = "whisk"


def version() -> str:
    """The version of the installed distribution."""
    return metadata.version(DISTRIBUTION)


def date() -> str:
    """The day from which the installed distribution is, as ``2024-01-31``.

    Returns:
        The version where the distribution is in no file system that keeps days.
    """
    files = metadata.distribution(DISTRIBUTION).files or []
    described = next((file for file in files if file.name == "METADATA"), None)
    if described is None:
        return version()
    try:
        written = described.locate().stat().st_mtime  # type: ignore[attr-defined]
    except (OSError, AttributeError):
        return version()
    return datetime.fromtimestamp(written, UTC).date().isoformat()
