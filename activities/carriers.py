"""Reverse deliveries: the label of each is booked once, and voided when it will not be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from temporalio import activity

from activities.catalogue import find_product
from activities.steps import DeliveryStep
from activities.writing import keep_change, loaded_with_goods, unchanged
from domain.addresses import Address
from domain.cases import SYSTEM, StepResult, TimelineEntry
from domain.catalogue.customs import with_catalogue_facts
from domain.changes import CaseChange, entry
from domain.errors import Rejected
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.customs import crosses_customs_border, declare_customs, describe_missing
from domain.goods_back.facts import LabelRefund, ReverseDelivery
from domain.goods_back.label_refunds import take_label_refund
from domain.orders import Order
from domain.policies import ReturnMethod
from domain.ports import Carrier, LabelBooking, Records
from domain.stories import deadlines_of

# A parcel whose goods have no weight on record is booked as a small one.
UNKNOWN_WEIGHT_GRAMS = 1000


@dataclass(frozen=True)
class CarrierSteps:
    """Labels through one carrier; `warehouses` are the addresses where parcels go, as far as they are set."""

    records: Records
    carrier: Carrier
    warehouses: Mapping[str, Address] = field(default_factory=dict)

    @activity.defn(name="carriers.book_return_label", no_thread_cancel_exception=True)
    def book_return_label(self, step: DeliveryStep) -> StepResult:
        """The label is booked, or the carrier's refusal is on record. Raises Unavailable, OutcomeUnknown (retried)."""
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            delivery = case.goods.delivery(step.number)
            if delivery.label is not None:
                return unchanged(tx, case, policy)
            order = tx.order(step.ref.merchant, case.order_id)
            if self._is_declared(order, warehouse=delivery.warehouse or policy.return_address):
                order = with_catalogue_facts(order, partial(find_product, tx, step.ref.merchant))
        booking = self._booking(case, delivery, order, warehouse=delivery.warehouse or policy.return_address)
        try:
            label = self.carrier.book_return_label(booking)
        except Rejected as refusal:
            facts: dict[str, Any] = {"label_problem": refusal.code}
            line = entry(step.at, "label.refused", f"The carrier refused a label: {refusal.code}.")
        else:
            expires_after = deadlines_of(case, policy).label
            expires_at = policy.due(step.at, expires_after) if expires_after else None
            facts = {"label": label, "label_problem": "", "customs": booking.customs}
            facts["label_expires_at"] = expires_at
            summary = f"A {label.carrier} {label.service} label was booked."
            line = entry(step.at, "label.booked", summary, tracking_number=label.tracking_number)
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if case.goods.delivery(step.number).label is not None:
                return unchanged(tx, case, policy)
            change = CaseChange(
                case=case.with_delivery(step.number, **facts), entries=(line, *_warnings(booking, step))
            )
            return keep_change(tx, case, change, policy)

    @activity.defn(name="carriers.settle_booking", no_thread_cancel_exception=True)
    def settle_booking(self, step: DeliveryStep) -> StepResult:
        """A label that a booking bought, whose end nobody saw, is on record; so it can be voided. Raises Unavailable."""
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            delivery = case.goods.delivery(step.number)
            if delivery.label is not None:
                return unchanged(tx, case, policy)
        label = self.carrier.find_label(_reference(case, delivery))
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if label is None or case.goods.delivery(step.number).label is not None:
                return unchanged(tx, case, policy)
            summary = f"A {label.carrier} {label.service} label had been booked when nobody waited for it any more."
            line = entry(step.at, "label.booked", summary, tracking_number=label.tracking_number)
            change = CaseChange(case=case.with_delivery(step.number, label=label), entries=(line,))
            return keep_change(tx, case, change, policy)

    @activity.defn(name="carriers.void_label", no_thread_cancel_exception=True)
    def void_label(self, step: DeliveryStep) -> StepResult:
        """The unused label is voided; one that the carrier says was used stays, on record. Raises Unavailable.

        So is what the carrier says of its price; its last word often comes when the case has ended, see `label_refunds`.
        """
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            delivery = case.goods.delivery(step.number)
            if delivery.label is None or delivery.label_voided_at is not None:
                return unchanged(tx, case, policy)
        try:
            said = self.carrier.void_label(delivery.label)
        except Rejected as refusal:
            said = LabelRefund.REJECTED
            summary = f"The carrier did not void the label: {refusal.code}."
        else:
            summary = "The unused label was voided."
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            voided = case.with_delivery(step.number, label_voided_at=step.at)
            entries = [entry(step.at, "label.voided", summary)]
            # The carrier's webhook may have been here first, with a later word.
            refund = take_label_refund(voided, step.number, said, at=step.at, actor=SYSTEM)
            if refund is not None:
                voided, entries = refund.case, [*entries, *refund.entries]
            return keep_change(tx, case, CaseChange(case=voided, entries=tuple(entries)), policy)

    def _is_declared(self, order: Order, *, warehouse: str) -> bool:
        address = self.warehouses.get(warehouse)
        return address is not None and crosses_customs_border(order.customer.address.country, address.country)

    def _booking(self, case: CaseWithGoods, delivery: ReverseDelivery, order: Order, *, warehouse: str) -> LabelBooking:
        weights = {line.line_id: line.weight_grams for line in order.lines}
        units = delivery.units or case.expected
        weight = sum(unit.quantity * weights.get(unit.line_id, 0) for unit in units)
        return LabelBooking(
            merchant=case.ref.merchant,
            rma=case.ref.rma,
            reference=_reference(case, delivery),
            sender=order.customer.named_address,
            warehouse=warehouse,
            weight_grams=weight or UNKNOWN_WEIGHT_GRAMS,
            label_format=delivery.label_format,
            with_qr_code=delivery.method is ReturnMethod.QR_CODE,
            customs=declare_customs(units, order, warehouse=self.warehouses.get(warehouse)),
        )


def _warnings(booking: LabelBooking, step: DeliveryStep) -> tuple[TimelineEntry, ...]:
    """What customs will miss on the papers of the parcel, for whoever can still tell it."""
    missing = describe_missing(booking.customs) if booking.customs else ""
    return (entry(step.at, "customs.incomplete", missing, delivery=step.number),) if missing else ()


def _reference(case: CaseWithGoods, delivery: ReverseDelivery) -> str:
    """What the carrier knows the label by; the first one of a case by the case alone."""
    suffix = "" if delivery.number == 1 else f":{delivery.number}"
    return f"{case.ref.workflow_id}{suffix}"
