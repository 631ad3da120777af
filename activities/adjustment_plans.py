"""What an adjustment comes to, worked out from what is on record at this moment."""

from __future__ import annotations

from datetime import datetime

from activities.authority import find_spent
from domain.adjustments.approvals import Lowered, find_reduction_fault
from domain.adjustments.case import Adjustment, AdjustmentBasis, Goodwill
from domain.adjustments.events import AdjustmentChange, propose
from domain.adjustments.planning import correction_basis, find_corrections, plan_correction, plan_goodwill
from domain.cases import InboxEvent
from domain.policies import Policy
from domain.ports import Transaction
from domain.reimbursements import ReimbursementPlan
from domain.returns.case import Decision


def plan_adjustment(tx: Transaction, case: Adjustment, policy: Policy, *, at: datetime) -> AdjustmentChange:
    """The plan or the refusal; the order is locked, so that none is planned meanwhile."""
    if isinstance(case.asked, Goodwill):
        order = tx.order(case.ref.merchant, case.order_id)
        spent = find_spent(tx, case, order, case.opened_by, policy, at=at)
        basis = _goodwill_basis(tx, case).model_copy(update={"spent": spent})
        planned = plan_goodwill(case.asked, order, basis, policy=policy, at=case.requested_at)
        return propose(case, planned, basis, policy=policy, at=at)
    # Cases are locked before their order.
    original = tx.return_of(case.ref.merchant, case.asked.rma)
    tx.lock_order(case.ref.merchant, case.order_id)
    others = [each for each in tx.adjustments_of(case.ref.merchant, case.order_id) if each.ref != case.ref]
    corrections = find_corrections(others, original.ref.rma)
    beside = [original.ref, *(each.ref for each in corrections)]
    bare = AdjustmentBasis(
        order_version=tx.order_version(case.ref.merchant, case.order_id),
        before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref, beside=beside),
        refundable_minor=tx.refundable(case.ref.merchant, case.order_id),
        collected=tx.collected_payments(case.ref.merchant, case.order_id),
    )
    basis = correction_basis(bare, case.asked, original, corrections)
    order = tx.order(case.ref.merchant, case.order_id)
    basis = basis.model_copy(update={"spent": find_spent(tx, case, order, case.opened_by, policy, at=at)})
    planned = plan_correction(case.asked, original, order, basis, policy=policy)
    return propose(case, planned, basis, policy=policy, at=at)


def plan_lowered(tx: Transaction, case: Adjustment, event: InboxEvent, policy: Policy) -> Lowered | None:
    """What it comes to when a person approves less; None when the event says nothing of the kind, or cannot.

    What had been granted before was held against all that was asked for, and stays as it was.
    """
    to_minor = event.payload.get("amount_minor")
    lowers = event.payload.get("decision") == Decision.REDUCE and isinstance(to_minor, int)
    if not lowers or case.plan_basis is None or find_reduction_fault(case, to_minor) is not None:
        return None
    assert isinstance(case.asked, Goodwill), "nothing else can be lowered"
    order = tx.order(case.ref.merchant, case.order_id)
    kept = {"spent": case.plan_basis.spent, "lower_to_minor": to_minor}
    basis = _goodwill_basis(tx, case).model_copy(update=kept)
    planned = plan_goodwill(case.asked, order, basis, policy=policy, at=case.requested_at)
    return Lowered(plan=planned, basis=basis) if isinstance(planned, ReimbursementPlan) else None


def _goodwill_basis(tx: Transaction, case: Adjustment) -> AdjustmentBasis:
    return AdjustmentBasis(
        order_version=tx.order_version(case.ref.merchant, case.order_id),
        before=tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref),
        refundable_minor=tx.refundable(case.ref.merchant, case.order_id),
    )
