"""Why a case was decided as it was, and how each amount came to be."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from api import problems
from api.dependencies import Parts, Rma, needs
from api.explanation_example import EXPLANATION
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.errors import UnknownCase
from domain.explanations import AnyExplanation, ExplanationBasis, ReturnExplanation, explain_case

router = APIRouter(prefix="/v1", tags=["Explanations"])

Reader = Annotated[Caller, needs(Permission.READ_EXPLANATIONS)]
_RESPONSES = {
    200: {"content": {"application/json": {"example": EXPLANATION}}},
    **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
}


@router.get(
    "/returns/{rma}/explanation",
    operation_id="explain_return",
    summary="Explain a return",
    response_model=ReturnExplanation,
    responses=_RESPONSES,
)
def explain_a_return(caller: Reader, rma: Rma, parts: Parts) -> AnyExplanation:
    """Each decision with its inputs, the rules that applied, those that did not, and what would change it.

    Each amount with what it was computed from: order lines, discounts, taxes, earlier cases, the policy field and its
    roundings; how it was shared over the payments, and what is left. `recomputation` says whether all of it, computed
    again from what is stored, comes out the same.
    """
    basis = parts.records.reads.explanation_basis(caller.merchant, rma)
    if not isinstance(basis, ExplanationBasis):
        raise UnknownCase(f"there is no return {rma}")
    return explain_case(basis, conditions=parts.conditions)


@router.get(
    "/cases/{rma}/explanation",
    operation_id="explain_case",
    summary="Explain a case of any kind",
    responses=_RESPONSES,
)
def explain_any_case(caller: Reader, rma: Rma, parts: Parts) -> AnyExplanation:
    """What every case says: who decided what, how its money was shared over the payments, what they hold now, and
    whether all of it comes out the same again. A return, an adjustment and a payment issue say more of their own."""
    basis = parts.records.reads.explanation_basis(caller.merchant, rma)
    return explain_case(basis, conditions=parts.conditions)
