"""How money for a claim is paid: as the customer chose among the methods that the policy offers for the goods."""

from __future__ import annotations

from domain.claims.case import Claim
from domain.payout_routes import Owed, split_owed
from domain.policies import Method
from domain.reimbursements import ReimbursementPlan, StoreCreditPlan, plan_partial_credit, plan_store_credit
from domain.returns.methods import MethodAmount, amounts_by_method


def method_for(case: Claim, line_id: str) -> Method:
    """How money for the line is paid: as was chosen, else the original payment where it is offered, else store credit."""
    offered = case.terms[line_id].methods
    only_credit = Method.STORE_CREDIT in offered and Method.ORIGINAL_PAYMENT not in offered
    return case.refund_as or (Method.STORE_CREDIT if only_credit else Method.ORIGINAL_PAYMENT)


def plan_claim_credit(case: Claim, plan: ReimbursementPlan) -> StoreCreditPlan:
    """What of the plan becomes store credit, with the bonus of the terms; a part that is paid is that of one line."""
    chosen = {
        line_id: granted.store_credit
        for line_id, granted in case.terms.items()
        if method_for(case, line_id) is Method.STORE_CREDIT
    }
    part_of = case.resolution.line_id if case.resolution else None
    if part_of is not None and part_of in chosen:
        return plan_store_credit(plan, chosen[part_of])
    return plan_partial_credit(plan, chosen)


def claim_amounts_by_method(case: Claim) -> tuple[MethodAmount, ...]:
    """The plan by the ways it is paid in; nothing before it is planned, and for a replacement."""
    return amounts_by_method(case.plan, plan_claim_credit(case, case.plan)) if case.plan is not None else ()


def owed_now(case: Claim) -> Owed:
    """What of the plan is approved and not on its way yet, by method."""
    if case.plan is None or case.owed_minor <= 0:
        return Owed()
    return split_owed(case.owed_minor, plan_claim_credit(case, case.plan), case.payouts)
