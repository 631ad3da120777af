"""Refunds: never more than was captured, never of what a bank has clawed back."""

from __future__ import annotations

from sandbox.store import Document
from sandbox.stripe import disputes
from sandbox.stripe.amounts import refuse_impossible
from sandbox.stripe.calls import Work
from sandbox.stripe.errors import StripeRefusal, malformed, missing, unexpected_state
from sandbox.stripe.objects import CHARGE, INTENT, REFUND, new_refund

REASONS = ("duplicate", "fraudulent", "requested_by_customer")
# Stripe's own test payment method of that name: its refunds begin as pending and settle later.
PENDS_REFUNDS = "pm_card_pendingRefund"
# Set by the control routes: the next refund of any payment pends.
PEND_NEXT = "stripe.pend_next"


def create(work: Work) -> Document:
    """POST /v1/refunds"""
    params = work.params
    params.refuse_unknown("charge", "payment_intent", "amount", "reason", "metadata", "instructions_email")
    amount, metadata = params.positive("amount"), params.metadata()
    reason = params.one_of("reason", *REASONS)
    charge = _charge_to_refund(work)
    _refuse_frozen(work, charge)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise StripeRefusal(f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = amount or left
    refuse_impossible(amount, charge["currency"])
    if amount > left:
        # Stripe sends no code with this one.
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left} {charge['currency']})"
        raise StripeRefusal(message, param="amount")
    refund = new_refund(charge, amount=amount, status=_first_status(work, charge), reason=reason, metadata=metadata)
    work.tx.put(REFUND, refund, owner=charge["id"])
    _refresh(work, charge)
    work.emit("refund.created", refund)
    work.emit("charge.refunded", work.tx.get(CHARGE, charge["id"]) or {})
    return refund


def retrieve(work: Work, id: str) -> Document:
    """GET /v1/refunds/{id}"""
    refund = work.tx.get(REFUND, id)
    if refund is None:
        raise missing("refund", id, param="id")
    return refund


def list_all(work: Work) -> Document:
    """GET /v1/refunds"""
    work.params.refuse_unknown("charge", "payment_intent", "created", "limit", "starting_after", "ending_before")
    owner = work.params.text("charge")
    if intent_id := work.params.text("payment_intent"):
        intent = work.tx.get(INTENT, intent_id)
        if intent is None:
            raise missing("payment_intent", intent_id, param="payment_intent", status=400)
        owner = intent["latest_charge"] or "none"
    return work.params.page(work.tx.newest(REFUND, owner=owner), url="/v1/refunds")


def update(work: Work, id: str) -> Document:
    """POST /v1/refunds/{id}"""
    work.params.refuse_unknown("metadata")
    refund = retrieve(work, id)
    refund["metadata"] = work.params.metadata(refund["metadata"])
    work.tx.put(REFUND, refund)
    work.emit("refund.updated", refund)
    return refund


def cancel(work: Work, id: str) -> Document:
    """POST /v1/refunds/{id}/cancel"""
    refund = retrieve(work, id)
    if refund["status"] != "requires_action":
        raise StripeRefusal(f"This refund is {refund['status']}; only one that requires action can be canceled.")
    return change_status(work, refund, status="canceled")


def change_status(work: Work, refund: Document, *, status: str, failure: str = "") -> Document:
    """What the bank made of a refund, perhaps days later; a failed one gives its amount back to the charge."""
    refund["status"] = status
    refund.pop("pending_reason", None)
    if status == "failed":
        refund["failure_reason"] = failure or "unknown"
    work.tx.put(REFUND, refund)
    charge = work.tx.get(CHARGE, refund["charge"]) or {}
    _refresh(work, charge)
    work.emit("refund.failed" if status == "failed" else "refund.updated", refund)
    return refund


def _charge_to_refund(work: Work) -> Document:
    charge_id, intent_id = work.params.text("charge"), work.params.text("payment_intent")
    if not charge_id and not intent_id:
        raise malformed("Name a charge or a payment_intent.", code="parameter_missing", param="payment_intent")
    if intent_id:
        intent = work.tx.get(INTENT, intent_id)
        if intent is None:
            raise missing("payment_intent", intent_id, param="payment_intent")
        charge_id = intent["latest_charge"]
        if not charge_id:
            raise unexpected_state(f"Payment intent {intent_id} has no successful charge to refund.")
    charge = work.tx.get(CHARGE, charge_id or "")
    if charge is None:
        raise missing("charge", charge_id or "", param="charge")
    if not charge["captured"]:
        raise unexpected_state(f"Charge {charge['id']} was not captured; cancel its payment intent instead.")
    return charge


def _refuse_frozen(work: Work, charge: Document) -> None:
    if disputes.freezes(work, charge):
        message = f"Charge {charge['id']} has been charged back; cannot issue a refund."
        raise StripeRefusal(message, code="charge_disputed")


def _first_status(work: Work, charge: Document) -> str:
    order = work.tx.get(PEND_NEXT, "all")
    if order and order["times"]:
        work.tx.put(PEND_NEXT, {"id": "all", "times": order["times"] - 1})
        return "pending"
    return "pending" if charge["payment_method"] == PENDS_REFUNDS else "succeeded"


def _refresh(work: Work, charge: Document) -> None:
    refunds = work.tx.newest(REFUND, owner=charge["id"])
    charge["amount_refunded"] = sum(one["amount"] for one in refunds if one["status"] not in ("failed", "canceled"))
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    work.tx.put(CHARGE, charge)
