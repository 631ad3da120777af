"""Why each decision fell and how each amount came to be, worked out from what is stored; and the proof that it is so."""

from domain.explanations.adjustments import AdjustmentCaseBasis
from domain.explanations.bases import CaseBasis
from domain.explanations.cases import AnyExplanation, explain_case, recompute_case
from domain.explanations.claims import ClaimCaseBasis, explain_claim
from domain.explanations.models import (
    AdjustmentExplanation,
    CaseExplanation,
    ClaimExplanation,
    Difference,
    EarlierCase,
    HeldPayment,
    PaymentIssueExplanation,
    Recomputation,
    ReturnExplanation,
)
from domain.explanations.payment_issues import PaymentIssueBasis
from domain.explanations.recomputation import needed_versions, recompute
from domain.explanations.returns import ExplanationBasis, explain_return

__all__ = [
    "AdjustmentCaseBasis",
    "AdjustmentExplanation",
    "AnyExplanation",
    "CaseBasis",
    "CaseExplanation",
    "ClaimCaseBasis",
    "ClaimExplanation",
    "Difference",
    "EarlierCase",
    "ExplanationBasis",
    "HeldPayment",
    "PaymentIssueBasis",
    "PaymentIssueExplanation",
    "Recomputation",
    "ReturnExplanation",
    "explain_case",
    "explain_claim",
    "explain_return",
    "needed_versions",
    "recompute",
    "recompute_case",
]
