"""Goods move here: the dispositions of one case, told to the warehouse exactly once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity

from activities.goods_out import give_back
from activities.steps import Step
from activities.writing import keep_change, loaded_with_goods, unchanged
from domain.cases import StepResult, TimelineEntry
from domain.changes import CaseChange, entry
from domain.errors import Rejected, Unavailable
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.counts import say_units
from domain.goods_back.deliveries import dispositions_by_warehouse
from domain.goods_back.giving_back import sum_units
from domain.orders import Order
from domain.ports import Records, StockInstruction, Warehouse

# A refused disposition needs a person at the warehouse (an unknown SKU); until then asking more often is noise.
AFTER_REFUSAL = timedelta(hours=1)


@dataclass(frozen=True)
class WarehouseSteps:
    """Dispositions through one warehouse."""

    records: Records
    warehouse: Warehouse

    @activity.defn(name="warehouse.dispose", no_thread_cancel_exception=True)
    def dispose(self, step: Step) -> StepResult:
        """The warehouse has carried out every disposition of the case. Raises Unavailable, OutcomeUnknown (retried)."""
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if case.goods.put_away_at is not None:
                return unchanged(tx, case, policy)
            order = tx.order(step.ref.merchant, case.order_id)
        self._tell_warehouses(step, case, _instructions(case, order, usual=policy.return_address))
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if case.goods.put_away_at is not None:
                return unchanged(tx, case, policy)
            tx.record_dispositions(case, order, at=step.at)
            counts = {f"{unit.line_id}:{unit.disposition}": unit.quantity for unit in case.goods.dispositions}
            line = entry(step.at, "goods.disposed", "The warehouse carried out the dispositions.", units=counts)
            done = give_back(tx, case.with_goods(put_away_at=step.at), order, policy, at=step.at)
            return keep_change(tx, case, CaseChange(case=done, entries=(line, *_told(done, step))), policy)

    def _tell_warehouses(self, step: Step, case: CaseWithGoods, instructions: Sequence[StockInstruction]) -> None:
        """Each of the warehouses has carried out its part; one that refuses does not keep the others waiting."""
        refusals = []
        for instruction in instructions:
            if instruction.warehouse in case.goods.put_away_in:
                continue
            try:
                self.warehouse.dispose(instruction)
            except Rejected as refusal:
                refusals.append(refusal)
            else:
                if len(instructions) > 1:
                    self._record_done(step, instruction.warehouse)
        if refusals:
            codes = ", ".join(sorted({refusal.code for refusal in refusals}))
            self._record_refusal(step, codes)
            raise Unavailable(f"the warehouse refused: {codes}", retry_after=AFTER_REFUSAL) from refusals[0]

    def _record_done(self, step: Step, warehouse: str) -> None:
        """This one of several warehouses is not told again."""
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if warehouse in case.goods.put_away_in:
                return
            line = entry(step.at, "goods.disposed_in_part", f"The warehouse {warehouse} carried out its dispositions.")
            done = case.with_goods(put_away_in=(*case.goods.put_away_in, warehouse))
            keep_change(tx, case, CaseChange(case=done, entries=(line,)), policy)

    def _record_refusal(self, step: Step, codes: str) -> None:
        """Written once for each new answer, so that a refusal that repeats does not fill the timeline."""
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if case.goods.put_away_problem == codes:
                return
            line = entry(step.at, "goods.refused", f"The warehouse refused the dispositions: {codes}.")
            change = CaseChange(case=case.with_goods(put_away_problem=codes), entries=(line,))
            keep_change(tx, case, change, policy)


def _told(case: CaseWithGoods, step: Step) -> tuple[TimelineEntry, ...]:
    """What the timeline says of goods that go back to the customer."""
    return tuple(
        entry(
            step.at,
            "goods.going_back",
            f"Shipment {report.number} takes {say_units(sum_units(report.unshipped))} back to the customer.",
            replacement_shipment=report.number,
        )
        for report in case.goods.given_back
    )


def _instructions(case: CaseWithGoods, order: Order, *, usual: str) -> list[StockInstruction]:
    """What each warehouse must do, under a key of its own where there are several."""
    by_warehouse = dispositions_by_warehouse(case.goods, usual=usual)
    key = f"{case.ref.workflow_id}:dispositions"
    return [
        StockInstruction(
            merchant=case.ref.merchant,
            rma=case.ref.rma,
            key=key if len(by_warehouse) == 1 else f"{key}:{warehouse}",
            warehouse=warehouse,
            units=units,
            skus={line.line_id: line.sku for line in order.lines},
        )
        for warehouse, units in by_warehouse.items()
    ]
