"""Zip archives of actions, as the clients send them."""

from __future__ import annotations

import base64
import io
import zipfile
from pathlib import Path


def archive(files: dict[str, str], folder: Path | None = None) -> dict[str, str]:
    """Pack files, and a folder with everything in it under its own name, for ``call.js``."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for name, text in files.items():
            target.writestr(name, text)
        for path in sorted(folder.rglob("*")) if folder else ():
            if path.is_file():
                target.write(path, path.relative_to(folder.parent) if folder else path)
    return {"$base64": base64.b64encode(packed.getvalue()).decode()}
