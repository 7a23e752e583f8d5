"""The documentation page: Swagger UI from files of our own, without internet and under a strict policy."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phonefleet API</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="icon" href="data:,">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
_START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
});
"""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}
_CACHED = {"Cache-Control": "max-age=3600"}


def install(app: FastAPI, base_paths: tuple[str, ...]) -> None:
    """Serve the page and what it loads, below each of these paths."""
    for base in base_paths:
        app.add_route(f"{base}/docs", _page, include_in_schema=False)
        app.add_route(f"{base}/docs/{{name}}", _file, include_in_schema=False)


async def _page(_: Request) -> Response:
    return HTMLResponse(_PAGE, headers={"Content-Security-Policy": _POLICY})


async def _file(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "start.js":
        return Response(_START, media_type="text/javascript", headers=_CACHED)
    if name not in _FILES:
        raise HTTPException(404)
    return FileResponse(_folder() / name, media_type=_FILES[name], headers=_CACHED)


def _folder() -> Path:
    """Return where the package keeps Swagger UI; it is never imported."""
    package = find_spec("fastapi_offline")
    assert package is not None  # noqa: S101 - a dependency of ours
    assert package.origin is not None  # noqa: S101 - as above
    return Path(package.origin).parent / "static"
