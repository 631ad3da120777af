"""What tests and demonstrations do to the counterparties; never part of a vendor's protocol."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeVar

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from sandbox import webhooks
from sandbox.easypost import shipments, trackers
from sandbox.easypost.errors import EasyPostRefusal
from sandbox.easypost.objects import SHIPMENT, TRACKER
from sandbox.faults import Fault, FaultPlan
from sandbox.store import Document, Store, Transaction
from sandbox.stripe import disputes, payment_intents, refunds
from sandbox.stripe.calls import EVENT, Work
from sandbox.stripe.errors import StripeRefusal
from sandbox.stripe.objects import CHARGE, DISPUTE, INTENT, REFUND
from sandbox.stripe.params import Params
from sandbox.warehouse.dispositions import DISPOSITION
from sandbox.warehouse.reservations import RESERVATION
from sandbox.warehouse.shipments import SHIPMENT as WAREHOUSE_SHIPMENT
from sandbox.warehouse.stock import STOCK

router = APIRouter(prefix="/_control")
Result = TypeVar("Result")

# What `GET /_control/state` shows under which name.
SHOWN = {
    "payment_intents": INTENT,
    "charges": CHARGE,
    "refunds": REFUND,
    "disputes": DISPUTE,
    "events": EVENT,
    "shipments": SHIPMENT,
    "trackers": TRACKER,
    "dispositions": DISPOSITION,
    "stock": STOCK,
    "reservations": RESERVATION,
    "replacements": WAREHOUSE_SHIPMENT,
}


class Order(BaseModel):
    """What a control route is told; a misspelt field is an error."""

    model_config = ConfigDict(extra="forbid")


class NewPayment(Order):
    """A captured payment to make at once."""

    amount: Annotated[int, Field(gt=0)]
    currency: str
    payment_method: str = "pm_card_visa"
    metadata: dict[str, str] = {}


class Confirmation(Order):
    """What the customer pays with."""

    payment_method: str = "pm_card_visa"


class RefundChange(Order):
    """What the bank made of a refund."""

    status: Literal["succeeded", "failed", "pending", "requires_action"]
    failure_reason: str = ""


class NewDispute(Order):
    """A dispute to open; without an amount it is about the whole charge."""

    payment_intent: str
    amount: Annotated[int | None, Field(gt=0)] = None
    reason: str = "product_not_received"
    status: Literal["needs_response", "warning_needs_response"] = "needs_response"


class DisputeEnd(Order):
    """The bank's decision."""

    status: Literal["won", "lost", "warning_closed"]


class Scan(Order):
    """What the carrier saw."""

    status: str
    message: str = ""


class LabelRefund(Order):
    """What the carrier made of a label that was given back."""

    status: Literal["refunded", "rejected"]


class Hook(Order):
    """Where a vendor's webhooks go."""

    url: str
    secret: str


class Timing(Order):
    """When Stripe's webhooks of one type about one payment are sent: once for each number of seconds."""

    payment: str
    type: str
    after_seconds: Annotated[list[Annotated[float, Field(ge=0, le=600)]], Field(min_length=1, max_length=10)]


@router.post("/stripe/payments", status_code=201)
async def make_payment(request: Request, payment: NewPayment) -> Document:
    """A payment intent that was confirmed and captured."""
    params = Params(
        {
            "amount": str(payment.amount),
            "currency": payment.currency.lower(),
            "payment_method": payment.payment_method,
            "metadata": payment.metadata,
            "confirm": "true",
        }
    )
    return _do(request, lambda tx: payment_intents.create(Work(tx, params)))


@router.post("/stripe/payment_intents/{id}/confirm")
async def confirm_payment(request: Request, id: str, confirmation: Confirmation) -> Document:
    """The customer confirms in the browser; a declined card leaves the payment waiting for another one."""

    def carry_out(tx: Transaction) -> Document:
        work = Work(tx, Params({"payment_method": confirmation.payment_method}))
        with suppress(StripeRefusal):
            payment_intents.confirm(work, id)
        return payment_intents.find(work, id)

    return _do(request, carry_out)


@router.post("/stripe/payment_intents/{id}/lapse")
async def lapse_hold(request: Request, id: str) -> Document:
    """Stripe lets the hold go, as after a week."""

    def carry_out(tx: Transaction) -> Document:
        work = Work(tx, Params({}))
        return payment_intents.end(work, payment_intents.find(work, id), reason="automatic")

    return _do(request, carry_out)


@router.post("/stripe/refunds/pend")
async def pend_refunds(request: Request, times: Annotated[int, Query(ge=1)] = 1) -> Document:
    """The next refunds stay pending until they are changed."""
    return _do(request, lambda tx: tx.put(refunds.PEND_NEXT, {"id": "all", "times": times}))


@router.post("/stripe/refunds/{id}")
async def change_refund(request: Request, id: str, change: RefundChange) -> Document:
    """The refund settles, fails or pends again, with the events that Stripe would send."""

    def carry_out(tx: Transaction) -> Document:
        work = Work(tx, Params({}))
        refund = refunds.retrieve(work, id)
        return refunds.change_status(work, refund, status=change.status, failure=change.failure_reason)

    return _do(request, carry_out)


@router.post("/stripe/disputes", status_code=201)
async def open_dispute(request: Request, dispute: NewDispute) -> Document:
    """The customer's bank disputes the payment."""

    def carry_out(tx: Transaction) -> Document:
        work = Work(tx, Params({}))
        intent = payment_intents.find(work, dispute.payment_intent)
        charge = payment_intents.retrieve_charge(work, intent["latest_charge"] or "")
        amount = dispute.amount or charge["amount_captured"]
        return disputes.open_dispute(work, charge, amount=amount, reason=dispute.reason, status=dispute.status)

    return _do(request, carry_out)


@router.post("/stripe/disputes/{id}")
async def end_dispute(request: Request, id: str, end: DisputeEnd) -> Document:
    """The bank has decided the dispute."""

    def carry_out(tx: Transaction) -> Document:
        work = Work(tx, Params({}))
        return disputes.end_dispute(work, disputes.retrieve(work, id), status=end.status)

    return _do(request, carry_out)


@router.delete("/stripe/idempotency_keys")
async def forget_keys(request: Request) -> dict[str, int]:
    """No idempotency key is known any more, as after some days."""
    return {"forgotten": _do(request, lambda tx: tx.forget_answers("stripe"))}


@router.post("/easypost/trackers/{tracking_code}")
async def scan_parcel(request: Request, tracking_code: str, scan: Scan) -> Document:
    """The carrier scanned the parcel."""
    return _do(request, lambda tx: trackers.move(tx, tracking_code, status=scan.status, message=scan.message))


@router.post("/easypost/refunds/{tracking_code}")
async def settle_label(request: Request, tracking_code: str, refund: LabelRefund) -> Document:
    """The carrier paid the price of a label back, or would not."""
    return _do(request, lambda tx: shipments.settle_refund(tx, tracking_code, status=refund.status))


@router.put("/stripe/deliveries")
async def time_deliveries(request: Request, timing: Timing) -> Timing:
    """Events of one type about one payment come late, more than once, or behind later ones."""
    _do(request, lambda tx: webhooks.time_deliveries(tx, **timing.model_dump()))
    return timing


@router.put("/webhooks/{vendor}")
async def configure_webhooks(request: Request, vendor: Literal["stripe", "easypost", "warehouse"], hook: Hook) -> Hook:
    """Events from now on go to that address; an empty one stops them."""
    _do(request, lambda tx: webhooks.configure(tx, vendor, url=hook.url, secret=hook.secret))
    return hook


@router.get("/webhooks")
async def list_deliveries(request: Request) -> list[Document]:
    """Every webhook and how far it came."""
    return _do(request, lambda tx: tx.deliveries())


@router.post("/faults", status_code=201)
async def add_fault(request: Request, fault: Fault) -> Fault:
    """The next matching requests are spoilt."""
    _plan(request).faults.append(fault)
    return fault


@router.delete("/faults")
async def drop_faults(request: Request) -> dict[str, int]:
    """No request is spoilt any more."""
    dropped = len(_plan(request).faults)
    _plan(request).faults.clear()
    return {"dropped": dropped}


@router.get("/requests")
async def list_requests(request: Request) -> list[dict[str, Any]]:
    """The vendor requests that arrived since the start, oldest first."""
    return [seen.model_dump() for seen in _plan(request).seen]


@router.get("/state")
async def show_state(request: Request) -> dict[str, list[Document]]:
    """Everything that is stored, oldest first."""
    return _do(request, lambda tx: {name: tx.newest(kind)[::-1] for name, kind in SHOWN.items()})


@router.delete("/state")
async def forget_everything(request: Request) -> dict[str, bool]:
    """The sandbox is as new; faults and seen requests are gone, too."""
    _do(request, lambda tx: tx.clear())
    _plan(request).faults.clear()
    _plan(request).seen.clear()
    return {"cleared": True}


def _plan(request: Request) -> FaultPlan:
    plan: FaultPlan = request.app.state.plan
    return plan


def _do(request: Request, carry_out: Callable[[Transaction], Result]) -> Result:
    store: Store = request.app.state.store
    try:
        with store.transaction() as tx:
            return carry_out(tx)
    except (StripeRefusal, EasyPostRefusal) as refusal:
        raise HTTPException(refusal.status, refusal.body) from None
