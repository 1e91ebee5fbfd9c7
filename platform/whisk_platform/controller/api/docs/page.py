"""The Swagger UI page: our few lines, and the files of the package.

Source: contracts rest-api §1.1.
"""

from __future__ import annotations

import asyncio

from whisk_platform.common.errors import NotFoundError
from whisk_platform.controller.answer import Answer
from whisk_platform.controller.api.docs.assets import asset_type, read_asset
from whisk_platform.controller.request import Request
from whisk_platform.controller.services import Services

PLACE = "/api/v1/docs/index.html"

_PAGE = b"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<title>Swagger UI</title>
<link rel="icon" type="image/png" href="favicon-32x32.png" sizes="32x32">
<link rel="icon" type="image/png" href="favicon-16x16.png" sizes="16x16">
<link rel="stylesheet" href="swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="swagger-ui-bundle.js"></script>
<script src="swagger-ui-standalone-preset.js"></script>
<script src="start.js"></script>
</body>
</html>
"""
_START = b"""window.ui = SwaggerUIBundle({
  urls: [
    { url: "/api/v1/openapi.json", name: "OpenAPI 3" },
    { url: "/api/v1/api-docs", name: "Swagger 2.0" },
  ],
  dom_id: "#swagger-ui",
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: "StandaloneLayout",
  validatorUrl: null,
});
"""
_OURS = {
    "index.html": (_PAGE, b"text/html; charset=UTF-8"),
    "start.js": (_START, b"text/javascript; charset=UTF-8"),
}
_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'",
)
"""The page takes everything from here, and asks nobody else."""
_KEPT = (b"cache-control", b"max-age=3600")


async def page(services: Services, request: Request) -> Answer:
    """Answer the page, or a file that it loads.

    Raises:
        NotFoundError: it is neither.
    """
    name = request.param("file")
    if name in _OURS:
        body, content_type = _OURS[name]
        return Answer(body=body, content_type=content_type, headers=(_POLICY,))
    found = asset_type(name)
    if found is None:
        raise NotFoundError
    body = await asyncio.to_thread(read_asset, name)
    return Answer(body=body, content_type=found, headers=(_KEPT,))


async def to_page(services: Services, request: Request) -> Answer:
    """Send the reader to the page."""
    return Answer(status=308, content_type=None, headers=((b"location", PLACE.encode()),))
