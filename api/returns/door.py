"""Returns as news finds them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api import problems
from api.delivery import Door
from api.dependencies import Services
from domain.cases import CaseKind, CaseRef, EventOutcome
from domain.returns.views import ReturnView, view_return
from records.models import StoredReturn


class EventAnswered(BaseModel):
    """What a person is told, with the return as it now stands."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(description="Our id of the event.")
    outcome: EventOutcome
    code: str = Field(description="Stable, for programs.")
    detail: str
    case: ReturnView


def _find(parts: Services, ref: CaseRef) -> StoredReturn:
    return parts.records.reads.return_case(ref.merchant, ref.rma)


def _show(stored: StoredReturn) -> ReturnView:
    return view_return(stored.case, stored.progress, stored.promises)


RETURNS = Door(
    kind=CaseKind.RETURN,
    find=_find,
    show=_show,
    answered=EventAnswered,
    unknown=problems.EVENT_WITHOUT_RETURN,
    closed=problems.RETURN_CLOSED,
)
