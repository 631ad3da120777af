"""Goods leave here: put aside, released, shipped and asked about, each exactly once per key of the shipment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from temporalio import activity

from activities.goods_out import keep_shipment, loaded_shipment
from activities.steps import DeadlineStep, Step
from activities.writing import unchanged
from domain.addresses import Address
from domain.cases import StepResult, TimelineEntry, WaitingFor
from domain.changes import entry
from domain.errors import Rejected, Unavailable
from domain.fulfilment_port import DeliveryReport, Fulfilment, ShipmentOrder, StockReservation
from domain.policies import Policy
from domain.ports import Records, Transaction
from domain.replacement_shipments.case import ReplacementShipment, ShipmentPurpose
from domain.replacement_shipments.counts import count_goods, say_goods, unshipped_units
from domain.replacement_shipments.deliveries import take_report
from domain.replacement_shipments.opening import ShipmentChange, pass_deadline
from domain.replacement_shipments.progress import derive_progress, is_stopping

# A refused order needs a person at the warehouse or a better address; until then asking more often is noise.
AFTER_REFUSAL = timedelta(hours=1)
# Goods that a customer waits for come by the day, not by the minute.
UNTIL_STOCK = timedelta(hours=6)
OUT_OF_STOCK = "out_of_stock"


@dataclass(frozen=True)
class FulfilmentSteps:
    """Replacement shipments through one warehouse. Each step raises Unavailable and OutcomeUnknown (retried)."""

    records: Records
    fulfilment: Fulfilment

    @activity.defn(name="fulfilment.reserve", no_thread_cancel_exception=True)
    def reserve(self, step: Step) -> StepResult:
        """The goods are put aside, or it is on record that the warehouse does not have them."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if _waits_for(shipment, policy) is not WaitingFor.STOCK:
                return unchanged(tx, shipment, policy)
        try:
            self.fulfilment.reserve(_reservation(shipment))
        except Rejected as refusal:
            if refusal.code == OUT_OF_STOCK and shipment.wait_until is not None:
                raise Unavailable("the goods are not in stock yet", retry_after=UNTIL_STOCK) from refusal
            return self._record_shortage(step, refusal)
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if shipment.reserved_at is not None:
                return unchanged(tx, shipment, policy)
            words = f"The warehouse put aside {say_goods(count_goods(shipment.goods))}."
            line = entry(step.at, "goods.reserved", words)
            change = ShipmentChange(case=shipment.with_facts(reserved_at=step.at), entries=(line,))
            return keep_shipment(tx, shipment, change, policy, at=step.at)

    @activity.defn(name="fulfilment.ship", no_thread_cancel_exception=True)
    def ship(self, step: Step) -> StepResult:
        """The warehouse was told to ship, or it is on record that it does not have the goods any more."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if _waits_for(shipment, policy) is not WaitingFor.HANDOVER:
                return unchanged(tx, shipment, policy)
            order = tx.order(step.ref.merchant, shipment.order_id)
            address = tx.recipients_address(shipment.for_case) or order.customer.named_address
            if shipment.handing_over_at is None:
                # From here on it may have shipped, whatever happens to this worker: it cannot be cancelled any more.
                change = ShipmentChange(case=shipment.with_facts(handing_over_at=step.at))
                keep_shipment(tx, shipment, change, policy, at=step.at)
        try:
            self.fulfilment.ship(_shipment_order(shipment, address))
        except Rejected as refusal:
            # An earlier try may have arrived with an address that has changed since: then the first order counts.
            if self.fulfilment.find_deliveries(step.ref.merchant, shipment.goods_key) is None:
                return self._not_shipped(step, refusal)
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if shipment.handed_over_at is not None:
                return unchanged(tx, shipment, policy)
            line = entry(step.at, "goods.ordered_out", "The warehouse was told to ship the goods.")
            facts = {"handed_over_at": step.at, "warehouse_problem": ""}
            change = ShipmentChange(case=shipment.with_facts(**facts), entries=(line,))
            return keep_shipment(tx, shipment, change, policy, at=step.at)

    @activity.defn(name="fulfilment.look", no_thread_cancel_exception=True)
    def look(self, step: DeadlineStep) -> StepResult:
        """Too long nothing was heard: what the warehouse knows is on record, and if it still waits it is escalated."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if pass_deadline(shipment, step.waiting_for, policy=policy, at=step.at) is None:
                return unchanged(tx, shipment, policy)
        try:
            reports = self.fulfilment.find_deliveries(step.ref.merchant, shipment.goods_key) or ()
        except Rejected:
            reports = ()
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            return _take_answer(tx, shipment, reports, step, policy)

    @activity.defn(name="fulfilment.release", no_thread_cancel_exception=True)
    def release(self, step: Step) -> StepResult:
        """Nothing is put aside for the shipment any more, and nothing ever will be; or what has not left is held back."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if _waits_for(shipment, policy) is not WaitingFor.RELEASE:
                return unchanged(tx, shipment, policy)
        if is_stopping(shipment):
            return self._stop(step, shipment.goods_key)
        try:
            self.fulfilment.release(step.ref.merchant, shipment.stock_key)
        except Rejected as refusal:
            self._record_problem(step, refusal)
            raise Unavailable(f"the warehouse refused: {refusal.code}", retry_after=AFTER_REFUSAL) from refusal
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if shipment.released_at is not None:
                return unchanged(tx, shipment, policy)
            line = entry(step.at, "goods.released", "The goods are free for others again.")
            facts = {"released_at": step.at, "warehouse_problem": ""}
            change = ShipmentChange(case=shipment.with_facts(**facts), entries=(line,))
            return keep_shipment(tx, shipment, change, policy, at=step.at)

    def _stop(self, step: Step, goods_key: str) -> StepResult:
        """The warehouse holds back what has not left, or it is on record that it cannot."""
        try:
            reports = self.fulfilment.stop(step.ref.merchant, goods_key)
        except Rejected as refusal:
            words = f"The warehouse cannot hold the goods back any more: {refusal}."
            line = entry(step.at, "goods.not_stopped", words, code=refusal.code)
            return self._record_answer(step, {"stop_refused": refusal.code}, (), line)
        line = entry(step.at, "goods.stopped", "The warehouse holds back what has not left.")
        return self._record_answer(step, {"stopped_at": step.at}, reports, line)

    def _record_answer(
        self, step: Step, facts: dict[str, Any], reports: tuple[DeliveryReport, ...], line: TimelineEntry
    ) -> StepResult:
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if not is_stopping(shipment):
                return unchanged(tx, shipment, policy)
            known, lines = _take_reports(shipment, reports, at=step.at)
            if unshipped_units(known):
                known, lines = known.with_facts(**facts), [*lines, line]
            change = ShipmentChange(case=known, entries=tuple(lines))
            return keep_shipment(tx, shipment, change, policy, at=step.at)

    def _not_shipped(self, step: Step, refusal: Rejected) -> StepResult:
        if refusal.code == OUT_OF_STOCK:
            return self._record_shortage(step, refusal)
        self._record_problem(step, refusal)
        raise Unavailable(f"the warehouse refused: {refusal.code}", retry_after=AFTER_REFUSAL) from refusal

    def _record_shortage(self, step: Step, refusal: Rejected) -> StepResult:
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            if shipment.short_at is not None:
                return unchanged(tx, shipment, policy)
            line = entry(step.at, "goods.out_of_stock", f"The warehouse cannot supply it: {refusal}", code=refusal.code)
            facts = {"short_at": step.at, "shortage": str(refusal), "handing_over_at": None}
            change = ShipmentChange(case=shipment.with_facts(**facts), entries=(line,))
            return keep_shipment(tx, shipment, change, policy, at=step.at)

    def _record_problem(self, step: Step, refusal: Rejected) -> None:
        """Surely nothing was shipped. Written once for each new answer, so that it does not fill the timeline."""
        with self.records.transaction() as tx:
            shipment, policy = loaded_shipment(tx, step.ref)
            facts = {"handing_over_at": None, "warehouse_problem": refusal.code}
            lines = (entry(step.at, "goods.refused", f"The warehouse refused: {refusal.code}."),)
            news = refusal.code != shipment.warehouse_problem
            change = ShipmentChange(case=shipment.with_facts(**facts), entries=lines if news else ())
            keep_shipment(tx, shipment, change, policy, at=step.at)


def _take_answer(
    tx: Transaction,
    before: ReplacementShipment,
    reports: tuple[DeliveryReport, ...],
    step: DeadlineStep,
    policy: Policy,
) -> StepResult:
    shipment, lines = _take_reports(before, reports, at=step.at)
    if late := pass_deadline(shipment, step.waiting_for, policy=policy, at=step.at):
        shipment, lines = late.case, [*lines, *late.entries]
    if shipment == before:
        return unchanged(tx, before, policy)
    return keep_shipment(tx, before, ShipmentChange(case=shipment, entries=tuple(lines)), policy, at=step.at)


def _take_reports(
    shipment: ReplacementShipment, reports: tuple[DeliveryReport, ...], *, at: datetime
) -> tuple[ReplacementShipment, list[TimelineEntry]]:
    """The shipment with the parcels as the warehouse answered, and what is new about them."""
    lines = []
    for report in reports:
        taken = take_report(shipment, report, at=at)
        if not taken.code:
            words = f"Asked, the warehouse says: {taken.detail}"
            lines.append(entry(at, "shipment.asked", words, delivery=report.delivery_id, state=str(report.state)))
        shipment = taken.shipment
    return shipment, lines


def _waits_for(shipment: ReplacementShipment, policy: Policy) -> WaitingFor:
    return derive_progress(shipment, policy).waiting_for


def _reservation(shipment: ReplacementShipment) -> StockReservation:
    return StockReservation(
        merchant=shipment.ref.merchant,
        number=shipment.ref.rma,
        key=shipment.stock_key,
        warehouse=shipment.warehouse,
        units=shipment.goods,
        until=shipment.reserve_until,
    )


def _shipment_order(shipment: ReplacementShipment, address: Address) -> ShipmentOrder:
    goes_back = shipment.purpose is ShipmentPurpose.GIVE_BACK
    return ShipmentOrder(
        merchant=shipment.ref.merchant,
        number=shipment.ref.rma,
        key=shipment.goods_key,
        reservation_key="" if goes_back else shipment.stock_key,
        from_return=shipment.for_case.rma if goes_back else "",
        order_id=shipment.order_id,
        warehouse=shipment.warehouse,
        address=address,
        units=shipment.goods,
    )
