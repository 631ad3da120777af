"""The sandbox as one ASGI application: each vendor under its own prefix, and `/_control` for tests."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

from fastapi import FastAPI
from starlette.types import ASGIApp

from sandbox import control, warehouse, webhooks
from sandbox.easypost import errors as easypost_errors
from sandbox.easypost import routes as easypost_routes
from sandbox.faults import FaultInjector, FaultPlan, Refusal
from sandbox.shop import routes as shop_routes
from sandbox.store import Store
from sandbox.stripe import errors as stripe_errors
from sandbox.stripe import routes as stripe_routes
from sandbox.warehouse import calls as warehouse_calls


def create_app(store: Store) -> ASGIApp:
    """The application on that store. All routes run on the event loop: one change at a time, never interleaved."""
    app = FastAPI(title="Aftercart sandbox", lifespan=_deliver_webhooks, docs_url=None, redoc_url=None)
    app.state.store = store
    app.state.plan = FaultPlan()
    for router in (stripe_routes.router, easypost_routes.router, warehouse.router, shop_routes.router, control.router):
        app.include_router(router, include_in_schema=False)
    app.add_api_route("/healthz", _healthz, include_in_schema=False)
    refusals: dict[str, Refusal] = {
        "/stripe/": stripe_errors.injected,
        "/easypost/": easypost_errors.injected,
        "/shop/": shop_routes.injected,
        "/warehouse/": warehouse_calls.injected,
    }
    return FaultInjector(app, plan=app.state.plan, refusals=refusals)


async def _healthz() -> dict[str, str]:
    return {"status": "ok"}


@contextlib.asynccontextmanager
async def _deliver_webhooks(app: FastAPI) -> AsyncIterator[None]:
    delivering = asyncio.create_task(webhooks.deliver_for_ever(app.state.store))
    yield
    delivering.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await delivering
    app.state.store.close()
