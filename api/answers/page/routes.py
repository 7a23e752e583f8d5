"""The routes of the fleet page: `/`, and its files, whose names change with their content.

They are outside of the documented API, and need no token: the page holds nothing, and asks for one itself.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from api.answers.page.built import ASSETS, INDEX, PageFile, built_page
from api.answers.page.missing import missing_page

PATHS = ("/", f"/{ASSETS}/")
"""Where the page is: the first alone, and whatever is below the second."""

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types svelte-trusted-html"
)
_MISSING_POLICY = "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_FOREVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"


def install(app: FastAPI) -> None:
    """Serve the page and its files."""
    app.add_route("/", _index, include_in_schema=False)
    app.add_route(f"/{ASSETS}/{{name}}", _asset, include_in_schema=False)


def is_page(path: str) -> bool:
    """Tell whether a path is the page's, of which nothing is secret."""
    return path == PATHS[0] or path.startswith(PATHS[1])


async def _index(request: Request) -> Response:
    page = built_page()
    if not page.files:
        headers = {"Content-Security-Policy": _MISSING_POLICY}
        return HTMLResponse(missing_page(page.why_missing), 503, headers)
    return _answer(request, page.files[INDEX], {"Content-Security-Policy": _POLICY, "Cache-Control": _ASK_AGAIN})


async def _asset(request: Request) -> Response:
    file = built_page().files.get(f"{ASSETS}/{request.path_params['name']}")
    if file is None:
        raise HTTPException(404)
    return _answer(request, file, {"Cache-Control": _FOREVER})


def _answer(request: Request, file: PageFile, headers: dict[str, str]) -> Response:
    zipped = file.compressed is not None and "gzip" in request.headers.get("accept-encoding", "")
    coding = {"Content-Encoding": "gzip"} if zipped else {}
    content = file.compressed if file.compressed is not None and zipped else file.plain
    return Response(content, media_type=file.media_type, headers={**headers, **coding, "Vary": "Accept-Encoding"})
