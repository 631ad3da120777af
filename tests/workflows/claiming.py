"""Customers who claim, in a house with real workflows."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from domain.cases import Actor, CaseRef, EventAnswer, EventKind, Role, WaitingFor
from domain.claims.case import ClaimRequest
from domain.claims.views import ClaimView, view_claim
from domain.policies import Action, AmountByCurrency, AuthorityRow, ClaimRuling, May, Policy, Rule
from records.claim_models import ClaimFiled
from tests.builders import MERCHANT, STOREFRONT, SUPERVISOR, a_policy
from tests.workflows.house import House, fresh_rma, until

PHOTO = {"reference": "photos/mug.jpg", "media_type": "image/jpeg", "size_bytes": 1000}
_keys = itertools.count(1)


def a_claim(*lines: tuple[str, int], problem: str = "damaged", **more: Any) -> dict[str, Any]:
    """One broken mug."""
    named = [{"line_id": line, "quantity": quantity} for line, quantity in lines or (("1", 1),)]
    return {"order_id": "A-1001", "problem": problem, "lines": named} | more


def claims_policy(*rules: Rule[ClaimRuling], up_to: int = 5000, **changes: Any) -> Policy:
    """The usual policy with these rules for claims, whose word counts up to that amount."""
    row = AuthorityRow(
        rule="small_claims",
        role=Role.SYSTEM,
        may=May.ACT,
        actions=(Action.RETURNLESS_REFUND,),
        up_to=AmountByCurrency(minor={"GBP": up_to}),
    )
    usual = a_policy()
    approval = usual.approval.model_copy(update={"matrix": (*usual.approval.matrix, row)})
    return usual.model_copy(update={"claims": rules, "approval": approval} | changes)


async def file_claim(
    house: House, asked: dict[str, Any] | None = None, *, actor: Actor = STOREFRONT, at: datetime | None = None
) -> CaseRef:
    """The claim is a case and has come to its first decision."""
    filed = ClaimFiled(
        merchant=MERCHANT,
        idempotency_key=f"claim-{next(_keys)}",
        body_hash="x",
        request=ClaimRequest.model_validate(asked or a_claim()),
        actor=actor,
        requested_at=at or house.clock.now(),
    )
    ref = house.records.claims.file(filed, new_rma=fresh_rma).ref
    await house.gateway.open(ref)
    return ref


def view(house: House, ref: CaseRef) -> ClaimView:
    """The claim as the API shows it."""
    stored = house.records.claims.claim(ref.merchant, ref.rma)
    return view_claim(stored.case, stored.progress)


async def say(
    house: House, ref: CaseRef, kind: EventKind, payload: dict[str, Any] | None = None, *, actor: Actor = SUPERVISOR
) -> EventAnswer:
    """What a person is told who says that about the claim."""
    event = house.keep(ref, kind, payload, actor=actor, awaits_answer=True, case_kind=ref.kind)
    return await house.gateway.ask(ref, event)


async def decide(
    house: House, ref: CaseRef, decision: str = "approve", *, actor: Actor = SUPERVISOR, **more: Any
) -> EventAnswer:
    """Somebody decides on the claim."""
    return await say(house, ref, EventKind.APPROVAL_DECIDED, {"decision": decision} | more, actor=actor)


async def waits_for(house: House, ref: CaseRef, wait: WaitingFor) -> ClaimView:
    """The claim has come to that wait."""
    await until(lambda: view(house, ref).waiting_for is wait, seconds=20)
    return view(house, ref)


async def replacement_moves(house: House, ref: CaseRef, *states: str) -> None:
    """The warehouse tells of the newest replacement's one parcel."""
    number = view(house, ref).replacement_shipments[-1].number
    sent = CaseRef(merchant=MERCHANT, rma=number, kind="replacement_shipment")  # type: ignore[arg-type]
    reads = house.records.reads.shipments
    await until(lambda: reads.shipment(MERCHANT, number).progress.waiting_for is WaitingFor.DISPATCH, seconds=20)
    for state in states:
        await say(house, sent, EventKind.SHIPMENT_CHANGED, {"delivery_id": "p1", "state": state})
