"""Disputes: the customer's bank takes the money back until somebody wins."""

from __future__ import annotations

from sandbox.store import Document
from sandbox.stripe.calls import Work
from sandbox.stripe.errors import StripeRefusal, missing
from sandbox.stripe.objects import CHARGE, DISPUTE, new_dispute

CLOSED = {"won", "lost", "warning_closed"}


def retrieve(work: Work, id: str) -> Document:
    """GET /v1/disputes/{id}"""
    dispute = work.tx.get(DISPUTE, id)
    if dispute is None:
        raise missing("dispute", id, param="dispute")
    return dispute


def list_all(work: Work) -> Document:
    """GET /v1/disputes"""
    work.params.refuse_unknown("charge", "payment_intent", "created", "limit", "starting_after", "ending_before")
    disputes = work.tx.newest(DISPUTE, owner=work.params.text("charge"))
    if intent := work.params.text("payment_intent"):
        disputes = [dispute for dispute in disputes if dispute["payment_intent"] == intent]
    return work.params.page(disputes, url="/v1/disputes")


def close(work: Work, id: str) -> Document:
    """POST /v1/disputes/{id}/close: the merchant gives in."""
    dispute = retrieve(work, id)
    if dispute["status"] in CLOSED:
        raise StripeRefusal(f"This dispute is already {dispute['status']}.", param="dispute")
    return end_dispute(work, dispute, status="lost")


def open_dispute(work: Work, charge: Document, *, amount: int, reason: str, status: str) -> Document:
    """The bank claws back, or only asks (`warning_needs_response`)."""
    dispute = work.tx.put(DISPUTE, new_dispute(charge, amount=amount, reason=reason, status=status), owner=charge["id"])
    charge["disputed"] = True
    work.tx.put(CHARGE, charge)
    work.emit("charge.dispute.created", dispute)
    if not dispute["is_charge_refundable"]:
        work.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def end_dispute(work: Work, dispute: Document, *, status: str) -> Document:
    """The bank has decided: `won` gives the money back, `lost` does not."""
    withdrawn = not dispute["is_charge_refundable"]
    dispute.update(status=status, is_charge_refundable=status != "lost")
    work.tx.put(DISPUTE, dispute)
    if withdrawn and status == "won":
        work.emit("charge.dispute.funds_reinstated", dispute)
    work.emit("charge.dispute.closed", dispute)
    return dispute


def freezes(work: Work, charge: Document) -> bool:
    """Whether a dispute of the charge forbids refunds."""
    return any(not dispute["is_charge_refundable"] for dispute in work.tx.newest(DISPUTE, owner=charge["id"]))
