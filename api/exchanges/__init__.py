"""Exchanges over HTTP: the addresses of returns under their own name, a list of their own, and a request that must want goods."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.routing import APIRoute

from api import abuse, explanations
from api.exchanges import events, opening, reading
from api.returns import appeals as return_appeals
from api.returns import events as return_events
from api.returns import opening as return_opening
from api.returns import papers as return_papers
from api.returns import reading as return_reading
from api.returns import splitting as return_splitting

RETURNS, EXCHANGES = "/v1/returns", "/v1/exchanges"
# What an exchange has an address of its own for.
OWN = {
    (route.path, method)
    for part in (events, opening, reading)
    for route in part.router.routes
    for method in route.methods or ()
}


def _also_here(router: APIRouter) -> APIRouter:
    """The same operations under the address of exchanges: a case is found by either, since it is one document."""
    here = APIRouter(tags=["Exchanges"])
    for route in router.routes:
        assert isinstance(route, APIRoute), "there is nothing else"
        path = route.path.replace(RETURNS, EXCHANGES, 1)
        if not route.path.startswith(RETURNS) or any((path, method) in OWN for method in route.methods or ()):
            continue
        here.add_api_route(
            path,
            route.endpoint,
            methods=sorted(route.methods or ()),
            operation_id=f"{route.operation_id}_as_exchange",
            summary=route.summary,
            description=route.description,
            response_model=route.response_model,
            status_code=route.status_code,
            responses=route.responses,
        )
    return here


router = APIRouter()
router.include_router(opening.router)
router.include_router(reading.router)
router.include_router(events.router)
for part in (
    return_opening,
    return_appeals,
    return_papers,
    return_reading,
    return_events,
    return_splitting,
    explanations,
    abuse,
):
    router.include_router(_also_here(part.router))
