"""What a case does about the goods that it promises, inside its own transactions, and how it hears of them.

A case and its shipments tell each other by events in the inbox, kept in the transaction that made the news. Nobody
locks both, and nothing is lost when a worker dies between keeping and telling: dispatch tells it later.
"""

from __future__ import annotations

from datetime import datetime
from functools import partial

from activities.lost_goods import claim_after_close
from activities.writing import keep_change
from domain.case_documents import CaseDocument
from domain.cases import SYSTEM, Actor, CaseRef, EventKind, Letter, StepResult
from domain.goods_back.case import GoodsCaseT
from domain.goods_back.giving_back import plan_giving_back
from domain.orders import Order
from domain.policies import Policy
from domain.ports import Transaction
from domain.replacement_shipments.case import ReplacementShipment, ShipmentPurpose, shipment_key
from domain.replacement_shipments.opening import ShipmentChange, ShipmentPlan, open_shipment
from domain.replacement_shipments.reports import ShipmentReport, event_between, report_shipment


def plan_shipment(
    tx: Transaction, case: CaseDocument, plan: ShipmentPlan, *, at: datetime, actor: Actor = SYSTEM
) -> CaseRef:
    """The shipment of that plan is on record, once for each number in the case; `GoodsOut` starts it."""
    make = partial(open_shipment, for_case=case, plan=plan, actor=actor, at=at)
    key = shipment_key(case.ref, plan.number_in_case, plan.purpose)
    ref, _ = tx.open_replacement_shipment(case.ref.merchant, key, make)
    return ref


def give_back(tx: Transaction, case: GoodsCaseT, order: Order, policy: Policy, *, at: datetime) -> GoodsCaseT:
    """What goes back to the customer is on its way out: a shipment for each warehouse, which sends it at once."""
    planned = plan_giving_back(case.goods, order, usual=policy.return_address)
    for number, (warehouse, goods) in enumerate(planned.items(), start=1):
        plan = ShipmentPlan(
            number_in_case=number,
            goods=goods,
            warehouse=warehouse,
            ship_at_once=True,
            purpose=ShipmentPurpose.GIVE_BACK,
        )
        plan_shipment(tx, case, plan, at=at)
    return hear_given_back(tx, case, policy) if planned else case


def hear_given_back(tx: Transaction, case: GoodsCaseT, policy: Policy) -> GoodsCaseT:
    """Where the goods are that go back to the customer is a fact of the case."""
    reports = _report(tx, case, policy, ShipmentPurpose.GIVE_BACK)
    return case.with_goods(given_back=reports) if reports else case


def let_ship(tx: Transaction, case: CaseDocument, number: str, *, at: datetime, actor: Actor = SYSTEM) -> Letter:
    """The shipment of that number is told, once, that its goods may leave."""
    return _write(tx, case, number, EventKind.SHIP_REQUESTED, at=at, actor=actor)


def cancel_shipment(
    tx: Transaction, case: CaseDocument, number: str, *, at: datetime, actor: Actor = SYSTEM, note: str = ""
) -> Letter:
    """The shipment of that number is told, once, that it must not leave; its report says whether it was in time."""
    return _write(tx, case, number, EventKind.CANCEL_REQUESTED, at=at, actor=actor, note=note)


def hold_back(tx: Transaction, case: CaseDocument, number: str, *, at: datetime, actor: Actor = SYSTEM) -> Letter:
    """The shipment of that number is told, once, that what has not left is to stay; its report says what came of it."""
    return _write(tx, case, number, EventKind.STOP_REQUESTED, at=at, actor=actor)


def report_shipments(tx: Transaction, case: CaseDocument, policy: Policy) -> tuple[ShipmentReport, ...]:
    """Where every promised shipment of the case stands, the first promise first; to be kept by the case as a fact."""
    return _report(tx, case, policy, ShipmentPurpose.REPLACEMENT)


def loaded_shipment(tx: Transaction, ref: CaseRef) -> tuple[ReplacementShipment, Policy]:
    """The shipment and the policy under which its case was opened. Raises UnknownCase, UnknownPolicy."""
    shipment = tx.replacement_shipment(ref)
    return shipment, tx.policy(ref.merchant, shipment.policy_version).policy


def keep_shipment(
    tx: Transaction, before: ReplacementShipment, change: ShipmentChange, policy: Policy, *, at: datetime
) -> StepResult:
    """The change is on record, and the case that promised the goods is told of it; a loss after its end is claimed."""
    result = keep_change(tx, before, change, policy)
    after = change.case
    if report_shipment(after, policy) == report_shipment(before, policy):
        return result
    if not tx.is_open(after.for_case):
        claim_after_close(tx, after.for_case, at=at)
        return result
    event = event_between(after.ref, after.for_case, EventKind.REPLACEMENT_CHANGED, about=str(result.version), at=at)
    tx.keep_event(event, by_letter=True)
    letter = Letter(to=after.for_case, kind=event.kind, event_id=event.event_id)
    return result.model_copy(update={"letters": (letter,)})


def _report(
    tx: Transaction, case: CaseDocument, policy: Policy, purpose: ShipmentPurpose
) -> tuple[ShipmentReport, ...]:
    found = tx.replacement_shipments_of(case.ref, case.order_id)
    return tuple(report_shipment(shipment, policy) for shipment in found if shipment.purpose is purpose)


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
    tx.keep_event(event, by_letter=True)
    return Letter(to=to, kind=kind, event_id=event.event_id)
