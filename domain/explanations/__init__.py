"""Why each decision fell and how each amount came to be, worked out from what is stored; and the proof that it is so."""

from domain.explanations.models import (
    Difference,
    EarlierCase,
    HeldPayment,
    Recomputation,
    ReturnExplanation,
)
from domain.explanations.recomputation import needed_versions, recompute
from domain.explanations.returns import ExplanationBasis, explain_return

__all__ = [
    "Difference",
    "EarlierCase",
    "ExplanationBasis",
    "HeldPayment",
    "Recomputation",
    "ReturnExplanation",
    "explain_return",
    "needed_versions",
    "recompute",
]
