"""Stripe's addresses and what stands behind each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from sandbox.stripe import disputes, events, payment_intents, refunds
from sandbox.stripe.calls import Call, Work, read_call
from sandbox.stripe.errors import StripeRefusal

router = APIRouter(prefix="/stripe")

COLLECTIONS = {
    ("GET", "payment_intents"): payment_intents.list_all,
    ("POST", "payment_intents"): payment_intents.create,
    ("GET", "charges"): payment_intents.list_charges,
    ("GET", "refunds"): refunds.list_all,
    ("POST", "refunds"): refunds.create,
    ("GET", "disputes"): disputes.list_all,
    ("GET", "events"): events.list_all,
}
OBJECTS = {
    ("GET", "payment_intents", ""): payment_intents.retrieve,
    ("POST", "payment_intents", ""): payment_intents.update,
    ("POST", "payment_intents", "confirm"): payment_intents.confirm,
    ("POST", "payment_intents", "capture"): payment_intents.capture,
    ("POST", "payment_intents", "cancel"): payment_intents.cancel,
    ("GET", "charges", ""): payment_intents.retrieve_charge,
    ("GET", "refunds", ""): refunds.retrieve,
    ("POST", "refunds", ""): refunds.update,
    ("POST", "refunds", "cancel"): refunds.cancel,
    ("GET", "disputes", ""): disputes.retrieve,
    ("POST", "disputes", "close"): disputes.close,
    ("GET", "events", ""): events.retrieve,
}
Read = Annotated[Call, Depends(read_call)]


@router.api_route("/v1/{collection}", methods=["GET", "POST"])
async def on_collection(call: Read, collection: str) -> Response:
    """List or create."""
    return call.answer(COLLECTIONS.get((call.method, collection), _unknown))


@router.get("/v1/payment_intents/search")
async def on_search(call: Read) -> Response:
    """Find payment intents by their metadata."""
    return call.answer(payment_intents.search)


@router.api_route("/v1/{collection}/{id}", methods=["GET", "POST"])
async def on_object(call: Read, collection: str, id: str) -> Response:
    """Retrieve or update."""
    return await on_action(call, collection, id, "")


@router.api_route("/v1/{collection}/{id}/{action}", methods=["GET", "POST"])
async def on_action(call: Read, collection: str, id: str, action: str) -> Response:
    """Do something with one object."""
    endpoint = OBJECTS.get((call.method, collection, action))
    if endpoint is None:
        return call.answer(_unknown)
    return call.answer(lambda work: endpoint(work, id))


def _unknown(work: Work) -> dict[str, Any]:
    raise StripeRefusal("Unrecognized request URL; the sandbox does not play it.", status=404, remembered=False)
