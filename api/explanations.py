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
from domain.explanations import ReturnExplanation, explain_return

router = APIRouter(prefix="/v1", tags=["Explanations"])

_RESPONSES = {
    200: {"content": {"application/json": {"example": EXPLANATION}}},
    **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
}


@router.get(
    "/returns/{rma}/explanation", operation_id="explain_return", summary="Explain a return", responses=_RESPONSES
)
@router.get("/cases/{rma}/explanation", operation_id="explain_case", summary="Explain a case", responses=_RESPONSES)
def explain(
    caller: Annotated[Caller, needs(Permission.READ_EXPLANATIONS)], rma: Rma, parts: Parts
) -> ReturnExplanation:
    """Each decision with its inputs, the rules that applied, those that did not, and what would change it.

    Each amount with what it was computed from: order lines, discounts, taxes, earlier cases, the policy field and its
    roundings; how it was shared over the payments, and what is left. `recomputation` says whether all of it, computed
    again from what is stored, comes out the same.
    """
    basis = parts.records.reads.explanation_basis(caller.merchant, rma)
    return explain_return(basis, conditions=parts.conditions)
