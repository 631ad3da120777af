"""What a customer keeps of a return is decided within the budget, in the transaction that authorizes it."""

from __future__ import annotations

from datetime import datetime

from domain.policies import KeepBudget, Policy
from domain.ports import Transaction
from domain.returns.case import KeepingBasis
from domain.returns.changes import Change
from domain.returns.keeping import decide_keeping, is_keeping_undecided, keeping_value


def keep_goods(tx: Transaction, change: Change, policy: Policy, *, at: datetime) -> Change:
    """The return knows what is kept of it and need not be sent; the same change when that was decided before."""
    case = change.case
    if not is_keeping_undecided(case):
        return change
    order = tx.order(case.ref.merchant, case.order_id)
    span = (policy.keep_budget or KeepBudget()).within.length
    before = tx.kept_before(case, order, since=at - span)
    decided = decide_keeping(case, order, before, policy=policy, at=at)
    if decided.case.goods.kept:
        tx.record_kept(case, order, value_minor=keeping_value(case, order).minor, at=at)
    basis = KeepingBasis(order_version=tx.order_version(case.ref.merchant, case.order_id), before=before)
    known = decided.case.with_facts(keeping_basis=basis)
    return change.model_copy(update={"case": known, "entries": (*change.entries, *decided.entries)})
