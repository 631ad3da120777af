"""Goods move here: the dispositions of one case, told to the warehouse exactly once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity

from activities.steps import Step
from activities.writing import keep_change, loaded_with_goods, unchanged
from domain.cases import StepResult
from domain.changes import CaseChange, entry
from domain.errors import Rejected, Unavailable
from domain.goods_back.case import CaseWithGoods
from domain.orders import Order
from domain.policies import Disposition
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
        instruction = _instruction(case, order, warehouse=policy.return_address)
        try:
            if instruction.units:
                self.warehouse.dispose(instruction)
        except Rejected as refusal:
            self._record_refusal(step, refusal)
            raise Unavailable(f"the warehouse refused: {refusal.code}", retry_after=AFTER_REFUSAL) from refusal
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if case.goods.put_away_at is not None:
                return unchanged(tx, case, policy)
            tx.record_dispositions(case, order, at=step.at)
            counts = {f"{unit.line_id}:{unit.disposition}": unit.quantity for unit in case.goods.dispositions}
            line = entry(step.at, "goods.disposed", "The warehouse carried out the dispositions.", units=counts)
            change = CaseChange(case=case.with_goods(put_away_at=step.at), entries=(line,))
            return keep_change(tx, case, change, policy)

    def _record_refusal(self, step: Step, refusal: Rejected) -> None:
        """Written once for each new answer, so that a refusal that repeats does not fill the timeline."""
        with self.records.transaction() as tx:
            case, policy = loaded_with_goods(tx, step.ref)
            if case.goods.put_away_problem == refusal.code:
                return
            line = entry(step.at, "goods.refused", f"The warehouse refused the dispositions: {refusal.code}.")
            change = CaseChange(case=case.with_goods(put_away_problem=refusal.code), entries=(line,))
            keep_change(tx, case, change, policy)


def _instruction(case: CaseWithGoods, order: Order, *, warehouse: str) -> StockInstruction:
    return StockInstruction(
        merchant=case.ref.merchant,
        rma=case.ref.rma,
        key=f"{case.ref.workflow_id}:dispositions",
        warehouse=warehouse,
        units=tuple(unit for unit in case.goods.dispositions if unit.disposition is not Disposition.KEEP),
        skus={line.line_id: line.sku for line in order.lines},
    )
