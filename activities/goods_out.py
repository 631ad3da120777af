"""What a case does about the goods that it promises, inside its own transactions, and how it hears of them.

A case and its shipments tell each other by events in the inbox, kept in the transaction that made the news. Nobody
locks both, and nothing is lost when a worker dies between keeping and telling: dispatch tells it later.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from activities.writing import keep_change
from domain.case_documents import CaseDocument
from domain.cases import SYSTEM, Actor, CaseRef, EventKind, Letter, StepResult
from domain.policies import Policy
from domain.ports import Transaction
from domain.replacement_shipments.case import ReplacementShipment, shipment_key
from domain.replacement_shipments.opening import ShipmentChange, ShipmentPlan, open_shipment
from domain.replacement_shipments.reports import ShipmentReport, event_between, report_shipment


def plan_shipment(
    tx: Transaction, case: CaseDocument, plan: ShipmentPlan, *, at: datetime, actor: Actor = SYSTEM
) -> CaseRef:
    """The shipment of that plan is on record, once for each number in the case; `GoodsOut` starts it."""
    make = partial(open_shipment, for_case=case, plan=plan, actor=actor, at=at)
    ref, _ = tx.open_replacement_shipment(case.ref.merchant, shipment_key(case.ref, plan.number_in_case), make)
    return ref


def let_ship(tx: Transaction, case: CaseDocument, number: str, *, at: datetime, actor: Actor = SYSTEM) -> Letter:
    """The shipment of that number is told, once, that its goods may leave."""
    return _write(tx, case, number, EventKind.SHIP_REQUESTED, at=at, actor=actor)


def cancel_shipment(
    tx: Transaction, case: CaseDocument, number: str, *, at: datetime, actor: Actor = SYSTEM, note: str = ""
) -> Letter:
    """The shipment of that number is told, once, that it must not leave; its report says whether it was in time."""
    return _write(tx, case, number, EventKind.CANCEL_REQUESTED, at=at, actor=actor, note=note)


def report_shipments(tx: Transaction, case: CaseDocument, policy: Policy) -> tuple[ShipmentReport, ...]:
    """Where every shipment of the case stands, the first promise first; to be kept by the case as a fact."""
    found = tx.replacement_shipments_of(case.ref, case.order_id)
    return tuple(report_shipment(shipment, policy) for shipment in found)


def loaded_shipment(tx: Transaction, ref: CaseRef) -> tuple[ReplacementShipment, Policy]:
    """The shipment and the policy under which its case was opened. Raises UnknownCase, UnknownPolicy."""
    shipment = tx.replacement_shipment(ref)
    return shipment, tx.policy(ref.merchant, shipment.policy_version).policy


def keep_shipment(
    tx: Transaction, before: ReplacementShipment, change: ShipmentChange, policy: Policy, *, at: datetime
) -> StepResult:
    """The change is on record, and the case that promised the goods is told of it unless it has ended."""
    result = keep_change(tx, before, change, policy)
    after = change.case
    if report_shipment(after, policy) == report_shipment(before, policy) or not tx.is_open(after.for_case):
        return result
    event = event_between(after.ref, after.for_case, EventKind.REPLACEMENT_CHANGED, about=str(result.version), at=at)
    tx.keep_event(event)
    letter = Letter(to=after.for_case, kind=event.kind, event_id=event.event_id)
    return result.model_copy(update={"letters": (letter,)})


def _write(
    tx: Transaction,
    case: CaseDocument,
    number: str,
    kind: EventKind,
    *,
    at: datetime,
    actor: Actor,
    note: str = "",
) -> Letter:
    shipments = tx.replacement_shipments_of(case.ref, case.order_id)
    to = next(shipment.ref for shipment in shipments if shipment.ref.rma == number)
    event = event_between(case.ref, to, kind, about=number, at=at, actor=actor, note=note)
    tx.keep_event(event)
    return Letter(to=to, kind=kind, event_id=event.event_id)
