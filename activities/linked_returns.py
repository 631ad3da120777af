"""Returns that go on from others, inside one transaction: units that were split off, goods that came after the end."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from pydantic import ValidationError

from activities.writing import keep_change
from domain.cases import SYSTEM, CaseKind, CaseRef, EventKind, EventOutcome, InboxEvent, StepResult
from domain.changes import entry, parked, refused
from domain.goods_back.counts import say_units
from domain.goods_back.receiving import ReceivedBody
from domain.policies import Policy
from domain.ports import Transaction
from domain.returns.case import Finding, ReturnCase
from domain.returns.changes import Change
from domain.returns.late_arrivals import count_late, find_late_units, late_key
from domain.returns.linking import make_linked
from domain.returns.progress import derive_progress
from domain.returns.splitting import SplitBody, plan_split, split_key, split_off


def take_split(tx: Transaction, case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    """The named units are a return of their own, and are held by that one alone; or the sender is told why not."""
    try:
        body = SplitBody.model_validate(event.payload)
    except ValidationError as error:
        detail = f"The content of the event cannot be read: {error.errors()[0]['msg']}."
        return parked(case, event, at=at, code="unreadable_event", detail=detail)
    split = plan_split(case, body, derive_progress(case, policy).waiting_for)
    if isinstance(split, Finding):
        return refused(case, event, at=at, code=split.rule, detail=f"{split.detail} {split.way_out}")
    make = partial(make_linked, case=case, units=split.units, arrived=split.arrived, actor=event.actor, at=at)
    ref, _ = tx.open_return(case.ref.merchant, split_key(event), make)
    tx.move_units(case.ref, ref, case.order_id, split.units)
    return split_off(case, split, ref.rma, event, at=at)


def take_up_linked(tx: Transaction, case: ReturnCase, policy: Policy, *, at: datetime) -> StepResult | None:
    """The return that goes on from another one is taken up, and the merchant's systems hear of it; None when it was before."""
    if not case.follows or tx.case_version(case.ref) > 1:
        return None
    state = derive_progress(case, policy).state
    tx.announce(case.ref, f"{case.ref.kind}.{state}", {"rma": case.ref.rma, "state": state, "follows": case.follows})
    words = f"It goes on from return {case.follows}, on the terms that were granted there."
    line = entry(at, "return.follows", words, follows=case.follows)
    return keep_change(tx, case, Change(case=case, entries=(line,)), policy)


def open_for_late_arrival(tx: Transaction, event: InboxEvent, *, at: datetime) -> InboxEvent | None:
    """The ended return goes on in a new one, which gets the session word for word; None when a person must look.

    Both timelines name each other, and the event is settled. Raises UnknownCase.
    """
    case = tx.case(event.ref)
    if event.kind is not EventKind.ITEM_RECEIVED or not isinstance(case, ReturnCase) or case.closed_at is None:
        return None
    if tx.event_outcome(event.event_id) is not None:
        return None
    order = tx.order(event.merchant, case.order_id)
    taken = tx.units_in_cases(event.merchant, case.order_id)
    policy = tx.policy(event.merchant, case.policy_version).policy
    try:
        body = ReceivedBody.model_validate(event.payload)
    except ValidationError:
        return None
    units = find_late_units(case, order, body, taken=taken, policy=policy)
    if not units:
        return None
    unpaid = case.plan is None
    make = partial(make_linked, case=case, units=units, arrived={}, pays_shipping=unpaid, actor=SYSTEM, at=at)
    ref, _ = tx.open_return(event.merchant, late_key(event.event_id), make)
    if not tx.reserve_units(ref, order, units):
        raise AssertionError(f"units of order {order.order_id} were free a moment ago, and the order is locked")
    return _hand_on(tx, case, event, ref, count_late(units), at=at)


def _hand_on(
    tx: Transaction, case: ReturnCase, event: InboxEvent, ref: CaseRef, count: int, *, at: datetime
) -> InboxEvent:
    words = (
        f"{say_units(count).capitalize()} came when the {case.ref.kind} had ended: return {ref.rma} goes on with them."
    )
    tx.settle_event(event.event_id, EventOutcome.KEPT, "linked_return", words)
    line = entry(at, "goods.late", words, actor=event.actor, linked=ref.rma, event_id=event.event_id)
    tx.add_to_timeline(case.ref, line)
    told = {"event_id": f"{event.event_id}@{ref.rma}", "rma": ref.rma, "case_kind": CaseKind.RETURN}
    handed_on = event.model_copy(update={**told, "awaits_answer": False, "received_at": at})
    tx.keep_event(handed_on)
    return handed_on
