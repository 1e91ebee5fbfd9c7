"""The files of Swagger UI: the only door to the package that ships them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_TYPES: Mapping[str, bytes] = {
    "swagger-ui.css": b"text/css; charset=UTF-8",
    "swagger-ui-bundle.js": b"text/javascript; charset=UTF-8",
    "swagger-ui-standalone-preset.js": b"text/javascript; charset=UTF-8",
    "favicon-16x16.png": b"image/png",
    "favicon-32x32.png": b"image/png",
}
"""What the page loads; nothing else of the package is served."""


def asset_type(name: str) -> bytes | None:
    """The media type of a file; None when it is none of the page's."""
    return _TYPES.get(name)


def read_asset(name: str) -> bytes:
    """Read a file of the page, which takes a disk: call it outside the event loop."""
    # Imported late: nobody but the reader of the page needs it.
    from swagger_ui_bundle import swagger_ui_path  # type: ignore[import-untyped]  # no marker

    return (Path(swagger_ui_path) / name).read_bytes()
