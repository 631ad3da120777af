"""What authority an adjustment needs: whether it is a gesture, or part or all of what goods that stay are worth."""

from __future__ import annotations

from domain.adjustments.case import Adjustment, Asked, Goodwill
from domain.authority import Deed
from domain.cases import Actor
from domain.confirmers import Wanted
from domain.money import Money
from domain.policies import Action
from domain.reimbursements import ReimbursementPlan


def deed_of(case: Adjustment, plan: ReimbursementPlan) -> Deed:
    """What the adjustment does, as the matrix speaks of it; a receivable is as large as what it takes back."""
    return deed_of_asked(case.asked, plan, requester=case.opened_by)


def deed_of_asked(asked: Asked, plan: ReimbursementPlan, *, requester: Actor) -> Deed:
    """The same, for a quote."""
    amount = Money(minor=abs(plan.total_minor), currency=plan.currency)
    return Deed(action_of(asked), amount, requester)


def wanted_of(case: Adjustment) -> Wanted:
    """What the adjustment pays, for whoever confirms that it was paid outside."""
    open_need = case.approval_need if case.needs_approval else None
    return Wanted(action=action_of(case.asked), by=(case.opened_by,), open_need=open_need)


def action_of(asked: Asked) -> Action:
    """A correction pays what a return should have been; an amount on a line is part of what its goods are worth."""
    if not isinstance(asked, Goodwill):
        return Action.REFUND
    return Action.PARTIAL_REFUND if asked.line_id is not None else Action.GOODWILL
