"""The reverse delivery: its label is booked once and voided when it will not be used."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from temporalio import activity

from activities.steps import Step
from activities.writing import keep_change, loaded, unchanged
from domain.cases import StepResult
from domain.changes import entry
from domain.errors import Rejected
from domain.orders import Order
from domain.ports import Carrier, LabelBooking, Records
from domain.returns.case import ReturnCase
from domain.returns.changes import Change

# A parcel whose goods have no weight on record is booked as a small one.
UNKNOWN_WEIGHT_GRAMS = 1000


@dataclass(frozen=True)
class CarrierSteps:
    """Labels through one carrier."""

    records: Records
    carrier: Carrier

    @activity.defn(name="carriers.book_return_label", no_thread_cancel_exception=True)
    def book_return_label(self, step: Step) -> StepResult:
        """The label is booked, or the carrier's refusal is on record. Raises Unavailable, OutcomeUnknown (retried)."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            if case.label is not None:
                return unchanged(tx, case, policy)
            order = tx.order(step.ref.merchant, case.order_id)
        try:
            label = self.carrier.book_return_label(_booking(case, order, warehouse=policy.return_address))
        except Rejected as refusal:
            facts: dict[str, Any] = {"label_problem": refusal.code}
            line = entry(step.at, "label.refused", f"The carrier refused a label: {refusal.code}.")
        else:
            facts = {"label": label, "label_problem": ""}
            summary = f"A {label.carrier} {label.service} label was booked."
            line = entry(step.at, "label.booked", summary, tracking_number=label.tracking_number)
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            return keep_change(tx, case, Change(case=case.with_facts(**facts), entries=(line,)), policy)

    @activity.defn(name="carriers.void_label", no_thread_cancel_exception=True)
    def void_label(self, step: Step) -> StepResult:
        """The unused label is voided; one that the carrier says was used stays, on record. Raises Unavailable."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            if case.label is None or case.label_voided_at is not None:
                return unchanged(tx, case, policy)
        summary = "The unused label was voided."
        try:
            self.carrier.void_label(case.label)
        except Rejected as refusal:
            summary = f"The carrier did not void the label: {refusal.code}."
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            change = Change(
                case=case.with_facts(label_voided_at=step.at), entries=(entry(step.at, "label.voided", summary),)
            )
            return keep_change(tx, case, change, policy)


def _booking(case: ReturnCase, order: Order, *, warehouse: str) -> LabelBooking:
    weights = {line.line_id: line.weight_grams for line in order.lines}
    weight = sum(line.quantity * weights.get(line.line_id, 0) for line in case.lines)
    return LabelBooking(
        merchant=case.ref.merchant,
        rma=case.ref.rma,
        reference=case.ref.workflow_id,
        sender=order.customer.address,
        warehouse=warehouse,
        weight_grams=weight or UNKNOWN_WEIGHT_GRAMS,
    )
