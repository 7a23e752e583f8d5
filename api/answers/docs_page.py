"""Serves Swagger UI at /docs from local files: it needs no internet, and has a strict content security policy."""

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
    """Serve the page and the files that it loads, below each of these base paths."""
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
    """Return the folder in which the package `fastapi_offline` ships Swagger UI; the package is never imported."""
    package = find_spec("fastapi_offline")
    assert package is not None  # noqa: S101 - a dependency of ours
    assert package.origin is not None  # noqa: S101 - as above
    return Path(package.origin).parent / "static"
