"""People who ask for adjustments and record what was paid outside, in a house with real workflows."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from domain.adjustments.case import Asked
from domain.adjustments.views import AdjustmentView, view_adjustment
from domain.cases import Actor, CaseRef, EventAnswer, EventKind, Role
from domain.explanations import recompute_case
from records.adjustment_models import AdjustmentClaim
from tests.builders import CONDITIONS, MERCHANT, SUPERVISOR
from tests.workflows.house import House, fresh_rma

AGENT = Actor(name="ann", role=Role.AGENT)
FINANCE = Actor(name="fay", role=Role.FINANCE)
TRANSFER = {"method": "bank_transfer", "proof": "FT-2026-11-0043", "paid_on": str(date(2025, 12, 30))}
_keys = itertools.count(1)


def goodwill(amount: str = "5.00", **more: Any) -> dict[str, Any]:
    """A request for an amount on the order."""
    return {"kind": "goodwill", "order_id": "A-1001", "amount": amount, "currency": "GBP", "why": "late parcel"} | more


def correction(ref: CaseRef, *units: tuple[str, int]) -> dict[str, Any]:
    """A request to count a return's units anew."""
    named = [{"line_id": line, "accepted": accepted} for line, accepted in units]
    return {"kind": "correction", "rma": ref.rma, "units": named, "why": "counted wrong"}


async def adjust(
    house: House, asked: dict[str, Any], *, actor: Actor = AGENT, at: datetime | None = None, policy_version: int = 1
) -> CaseRef:
    """The request is a case and has come to its first decision."""
    claim = AdjustmentClaim(
        merchant=MERCHANT,
        idempotency_key=f"adjust-{next(_keys)}",
        body_hash="x",
        asked=TypeAdapter(Asked).validate_python(asked),
        order_id="A-1001",
        policy_version=policy_version,
        actor=actor,
        requested_at=at or house.clock.now(),
    )
    ref = house.records.claim_adjustment(claim, new_rma=fresh_rma).ref
    await house.gateway.open(ref)
    return ref


def view(house: House, ref: CaseRef) -> AdjustmentView:
    """The adjustment as the API shows it."""
    stored = house.records.reads.money.adjustment(ref.merchant, ref.rma)
    return view_adjustment(stored.case, stored.progress)


async def say(
    house: House, ref: CaseRef, kind: EventKind, payload: dict[str, Any], *, actor: Actor = SUPERVISOR
) -> EventAnswer:
    """What a person is told who says that about the case."""
    event = house.keep(ref, kind, payload, actor=actor, awaits_answer=True, case_kind=ref.kind)
    return await house.gateway.ask(ref, event)


async def record(house: House, ref: CaseRef, amount: str, *, actor: Actor = AGENT, **more: Any) -> EventAnswer:
    """Somebody records that the amount was paid by transfer."""
    body = {"amount": amount, "currency": "GBP", "paid": TRANSFER} | more
    return await say(house, ref, EventKind.MANUAL_REFUND_RECORDED, body, actor=actor)


async def confirm(house: House, ref: CaseRef, decision: str = "approve", *, actor: Actor = SUPERVISOR) -> EventAnswer:
    """Somebody confirms or refuses it."""
    return await say(house, ref, EventKind.MANUAL_REFUND_DECIDED, {"decision": decision}, actor=actor)


def kinds(house: House, ref: CaseRef) -> list[tuple[str, int]]:
    """The ledger entries of the case."""
    return [(entry.kind, entry.amount_minor) for entry in house.records.reads.case_ledger(MERCHANT, ref.rma)]


def left(house: House) -> int:
    """What the order's payments still hold."""
    return sum(balance.refundable_minor for balance in house.records.reads.balances(MERCHANT, "A-1001"))


def computed_again(house: House) -> set[str]:
    """What came out as it is stored when every case was computed again; nothing was left without what it rests on."""
    names: set[str] = set()
    for basis in house.records.reads.next_bases():
        found = recompute_case(basis, conditions=CONDITIONS)
        assert (found.differences, found.without_basis) == ((), ()), basis.case.ref
        names |= set(found.computed)
    return names
