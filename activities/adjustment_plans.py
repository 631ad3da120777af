"""What an adjustment comes to, worked out from what is on record at this moment."""

from __future__ import annotations

from datetime import datetime

from activities.authority import find_spent
from domain.adjustments.case import Adjustment, AdjustmentBasis, Goodwill
from domain.adjustments.events import AdjustmentChange, propose
from domain.adjustments.planning import correction_basis, find_corrections, plan_correction, plan_goodwill
from domain.cases import CaseRef
from domain.policies import Policy
from domain.ports import Transaction


def plan_adjustment(tx: Transaction, case: Adjustment, policy: Policy, *, at: datetime) -> AdjustmentChange:
    """The plan or the refusal; the order is locked, so that none is planned meanwhile."""
    if isinstance(case.asked, Goodwill):
        order = tx.order(case.ref.merchant, case.order_id)
        basis = AdjustmentBasis(
            order_version=tx.order_version(case.ref.merchant, case.order_id),
            before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref),
            refundable_minor=tx.refundable(case.ref.merchant, case.order_id),
        )
        basis = basis.model_copy(update={"spent": find_spent(tx, case, order, case.opened_by, policy, at=at)})
        planned = plan_goodwill(case.asked, order, basis, policy=policy, at=case.requested_at)
        return propose(case, planned, basis, policy=policy, at=at)
    # Cases are locked before their order.
    original = tx.return_case(CaseRef(merchant=case.ref.merchant, rma=case.asked.rma))
    tx.lock_order(case.ref.merchant, case.order_id)
    others = [each for each in tx.adjustments_of(case.ref.merchant, case.order_id) if each.ref != case.ref]
    corrections = find_corrections(others, original.ref.rma)
    beside = [original.ref, *(each.ref for each in corrections)]
    bare = AdjustmentBasis(
        order_version=tx.order_version(case.ref.merchant, case.order_id),
        before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref, beside=beside),
        refundable_minor=tx.refundable(case.ref.merchant, case.order_id),
    )
    basis = correction_basis(bare, case.asked, original, corrections)
    order = tx.order(case.ref.merchant, case.order_id)
    basis = basis.model_copy(update={"spent": find_spent(tx, case, order, case.opened_by, policy, at=at)})
    planned = plan_correction(case.asked, original, order, basis, policy=policy)
    return propose(case, planned, basis, policy=policy, at=at)
