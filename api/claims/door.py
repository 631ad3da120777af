"""Claims as news finds them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api import claim_problems
from api.delivery import Door
from api.dependencies import Services
from domain.cases import CaseKind, CaseRef, EventOutcome
from domain.claims.views import ClaimView, view_claim
from records.claim_models import StoredClaim


class ClaimAnswered(BaseModel):
    """What a person is told, with the claim as it now stands."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(description="Our id of the event.")
    outcome: EventOutcome
    code: str = Field(description="Stable, for programs.")
    detail: str
    case: ClaimView


def _find(parts: Services, ref: CaseRef) -> StoredClaim:
    return parts.records.claims.claim(ref.merchant, ref.rma)


def _show(stored: StoredClaim) -> ClaimView:
    return view_claim(stored.case, stored.progress)


CLAIMS = Door(
    kind=CaseKind.CLAIM,
    find=_find,
    show=_show,
    answered=ClaimAnswered,
    unknown=claim_problems.CLAIM_NOT_FOUND,
    closed=claim_problems.CLAIM_CLOSED,
)
