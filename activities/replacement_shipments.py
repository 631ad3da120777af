"""Steps of a replacement shipment that touch only our records: load, decide in `domain`, write, in one transaction.

Each may be repeated after it was kept: it then changes nothing and answers the same.
"""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from activities.goods_out import keep_shipment, loaded_shipment
from activities.steps import DeadlineStep, EventStep, Step
from activities.writing import keep_change, unchanged
from domain.cases import EventAnswer, EventOutcome, StepResult, WaitingFor
from domain.ports import Records
from domain.replacement_shipments.events import apply_event
from domain.replacement_shipments.opening import ShipmentChange, close_shipment, pass_deadline
from domain.replacement_shipments.progress import derive_progress


@dataclass(frozen=True)
class ReplacementShipmentSteps:
    """The steps of a replacement shipment on one set of records."""

    records: Records

    @activity.defn(name="replacement_shipments.open")
    def open(self, step: Step) -> StepResult:
        """The shipment is taken up, and the merchant's systems hear of it."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if tx.case_version(step.ref) > 1:
                return unchanged(tx, shipment, policy)
            facts = {"rma": shipment.ref.rma, "order_id": shipment.order_id, "for_case": shipment.for_case.rma}
            tx.announce(shipment.ref, "replacement_shipment.opened", facts)
            return keep_change(tx, shipment, ShipmentChange(case=shipment), policy)

    @activity.defn(name="replacement_shipments.apply_event")
    def apply_event(self, step: EventStep) -> StepResult:
        """The event is part of the shipment, or its sender is told why not; either way it is on the timeline."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            event = tx.event(step.event_id)
            if event is None or event.ref != step.ref:
                return unchanged(tx, shipment, policy, answer=_unknown(step))
            if done := tx.event_outcome(step.event_id):
                outcome, code, detail = done
                answer = EventAnswer(event_id=event.event_id, outcome=outcome, code=code, detail=detail)
                return unchanged(tx, shipment, policy, answer=answer)
            change = apply_event(shipment, event, policy=policy, at=step.at)
            assert change.answer is not None, "every event is answered"
            tx.settle_event(step.event_id, change.answer.outcome, change.answer.code, change.answer.detail)
            return keep_shipment(tx, shipment, change, policy, at=step.at)

    @activity.defn(name="replacement_shipments.pass_deadline")
    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """The reservation has lapsed; nothing when the shipment has moved on."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            change = pass_deadline(shipment, step.waiting_for, policy=policy, at=step.at)
            if change is None:
                return unchanged(tx, shipment, policy)
            return keep_shipment(tx, shipment, change, policy, at=step.at)

    @activity.defn(name="replacement_shipments.close")
    def close(self, step: Step) -> StepResult:
        """The shipment is closed, unless news came meanwhile that keeps it open."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if derive_progress(shipment, policy).waiting_for is not WaitingFor.CLOSING:
                return unchanged(tx, shipment, policy)
            change = close_shipment(shipment, policy=policy, at=step.at)
            return keep_shipment(tx, shipment, change, policy, at=step.at)


def _unknown(step: EventStep) -> EventAnswer:
    detail = "A signal named an event that never arrived through the API; it was ignored."
    return EventAnswer(event_id=step.event_id, outcome=EventOutcome.PARKED, code="unknown_event", detail=detail)
