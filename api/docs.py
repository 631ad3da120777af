"""The reference page at /docs, which works without any other server, and a page for each kind of problem."""

from __future__ import annotations

from html import escape

from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from api.problems import PROBLEMS

ASSETS = "/docs/assets"
# Swagger UI sets styles on elements and draws icons from data addresses; its scripts are all our own files.
DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aftercart API</title>
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<link rel="icon" type="image/png" href="docs/assets/favicon-32x32.png">
</head>
<body>
<div id="reference"></div>
<noscript>The reference needs JavaScript; the same content is at <a href="openapi.json">openapi.json</a>.</noscript>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: true,
  validatorUrl: null,
});
"""

router = APIRouter(include_in_schema=False)


class ProblemPage(BaseModel):
    """What one kind of problem means."""

    type: str
    title: str
    status: int
    meaning: str
    remedy: str


def install(app: FastAPI) -> None:
    """The app serves its reference and the pages of its problems."""
    app.include_router(router)
    # The package holds a released build of Swagger UI, so that no content network is asked for it.
    app.mount(ASSETS, StaticFiles(packages=[("fastapi_swagger", "resources")]), name="docs-assets")


@router.get("/docs")
def show_reference() -> HTMLResponse:
    """The reference of the API."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": DOCS_POLICY})


@router.get("/docs/start.js")
def start_reference() -> Response:
    """The script that starts the reference; a file of its own, since the page allows no script in its text."""
    return Response(START, media_type="text/javascript")


@router.get("/problems")
def list_problems() -> list[ProblemPage]:
    """Every kind of problem."""
    return [_page(slug) for slug in PROBLEMS]


@router.get("/problems/{slug}")
def show_problem(slug: str, request: Request) -> Response:
    """What one kind of problem means and what to do about it; HTML for a browser, else JSON."""
    if slug not in PROBLEMS:
        raise HTTPException(404)
    page = _page(slug)
    if "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(_html(page))
    return JSONResponse(page.model_dump())


def _page(slug: str) -> ProblemPage:
    return ProblemPage.model_validate(PROBLEMS[slug], from_attributes=True)


def _html(page: ProblemPage) -> str:
    title, meaning, remedy = escape(page.title), escape(page.meaning), escape(page.remedy)
    head = f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
    return f"{head}<body><h1>{title}</h1><p>HTTP {page.status}</p><p>{meaning}</p><p>{remedy}</p></body></html>"
