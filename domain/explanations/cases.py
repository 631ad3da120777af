"""One door for the explanation of every kind of case, and for computing it again."""

from __future__ import annotations

from typing import TypeAlias

from domain.explanations.adjustments import AdjustmentCaseBasis, explain_adjustment, recompute_adjustment
from domain.explanations.bases import CaseBasis, shared_parts
from domain.explanations.claims import ClaimCaseBasis, explain_claim
from domain.explanations.claims_again import recompute_claim
from domain.explanations.models import (
    AdjustmentExplanation,
    CaseExplanation,
    ClaimExplanation,
    PaymentIssueExplanation,
    Recomputation,
    ReturnExplanation,
)
from domain.explanations.payment_issues import PaymentIssueBasis, explain_payment_issue
from domain.explanations.recomputation import recompute, recompute_payouts
from domain.explanations.returns import ExplanationBasis, explain_return
from domain.policies import Conditions

# The narrowest first: whoever reads an answer back gets all that it says.
AnyExplanation: TypeAlias = (
    ClaimExplanation | ReturnExplanation | AdjustmentExplanation | PaymentIssueExplanation | CaseExplanation
)


def explain_case(basis: CaseBasis, *, conditions: Conditions) -> AnyExplanation:
    """Why the case was decided as it was, how each amount came to be, and whether all of it comes out the same again."""
    match basis:
        case ExplanationBasis():
            return explain_return(basis, conditions=conditions)
        case ClaimCaseBasis():
            return explain_claim(basis, conditions=conditions)
        case AdjustmentCaseBasis():
            return explain_adjustment(basis)
        case PaymentIssueBasis():
            return explain_payment_issue(basis)
        case _:
            again = recompute_case(basis, conditions=conditions)
            return CaseExplanation(**shared_parts(basis), decisions=(), recomputation=again)


def recompute_case(basis: CaseBasis, *, conditions: Conditions) -> Recomputation:
    """Everything that was computed for the case, computed again and compared."""
    policy = basis.policy.policy
    match basis:
        case ExplanationBasis():
            return recompute(basis.case, policy=policy, conditions=conditions, orders=basis.orders)
        case ClaimCaseBasis():
            return recompute_claim(basis.case, policy=policy, conditions=conditions, orders=basis.orders)
        case AdjustmentCaseBasis():
            return recompute_adjustment(basis)
        case _:
            return recompute_payouts(basis.case, policy=policy, orders=basis.orders)
