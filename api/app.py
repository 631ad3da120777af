"""The API put together: a list of parts and routes, no logic."""

from __future__ import annotations

from functools import cache, partial

from fastapi import FastAPI

from adapters import wiring
from api import (
    abuse,
    adjustments,
    alternatives,
    approvals,
    carrier_events,
    claims,
    collections,
    credit_notes,
    credits,
    dispositions,
    docs,
    errors,
    exchanges,
    explanations,
    health,
    instruments,
    orders,
    payment_events,
    payment_issues,
    policies,
    products,
    promises,
    receipts,
    replacement_shipments,
    returns,
    storefront,
)
from api.codec import codec_router
from api.dependencies import CaseWorkflows, Services, needs
from api.keys import KeyRing
from api.permissions import Permission
from api.rate_limits import RateLimits
from api.reference import DESCRIPTION, describe
from api.requests import BodyLimit, RequestFrame
from config.settings import Settings
from domain.policies import Conditions
from domain.ports import Clock
from records.database import SqlRecords

# The address of an order may hold slashes, so what stands below it comes before it.
PARTS = (
    alternatives,
    orders,
    storefront,
    products,
    instruments,
    abuse,
    returns,
    exchanges,
    approvals,
    explanations,
    adjustments,
    claims,
    replacement_shipments,
    policies,
    payment_issues,
    carrier_events,
    payment_events,
    collections,
    credits,
    receipts,
    credit_notes,
    dispositions,
    promises,
    health,
)


def create_app(
    settings: Settings, records: SqlRecords, gateway: CaseWorkflows, clock: Clock, conditions: Conditions
) -> FastAPI:
    """The HTTP API on those parts. Nothing is connected or asked before the first request."""
    app = FastAPI(
        title="Aftercart",
        summary="Runs what happens to an order after the customer clicks buy.",
        description=DESCRIPTION,
        version="1",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        # One model per thing: with two, the reference would show each order twice.
        separate_input_output_schemas=False,
        # Its log records would hold what callers sent; nothing here sends traces anywhere.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
    )
    app.state.services = Services(
        settings=settings,
        records=records,
        gateway=gateway,
        clock=clock,
        conditions=conditions,
        keys=KeyRing(records.reads.key_holder),
        limits=RateLimits(settings.api.rate_limit),
        # Made with the first event: the provider's library takes half a second to import.
        payment_webhooks=cache(partial(wiring.payment_webhooks, settings)),
        carrier_webhooks=cache(partial(wiring.carrier_webhooks, settings)),
        storefronts=cache(partial(wiring.storefront, settings)),
        note_pages=wiring.note_pages(),
        slip_pages=wiring.slip_pages(),
        customs_pages=wiring.customs_pages(),
    )
    errors.install(app)
    app.add_middleware(BodyLimit)
    app.add_middleware(RequestFrame, clock=clock)
    for part in PARTS:
        app.include_router(part.router)
    app.include_router(codec_router(settings, admin=needs(Permission.READ_PAYLOADS)))
    docs.install(app)
    # The way that FastAPI documents for an app's own description.
    app.openapi = partial(describe, app)  # type: ignore[method-assign]
    return app
