"""Adjustments as news finds them."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from api import adjustment_problems
from api.delivery import Door
from api.dependencies import Services
from domain.adjustments.views import AdjustmentView, view_adjustment
from domain.cases import CaseKind, CaseRef, EventOutcome
from records.adjustment_models import StoredAdjustment


class AdjustmentAnswered(BaseModel):
    """What a person is told, with the adjustment as it now stands."""

    model_config = ConfigDict(frozen=True)

    event_id: str = Field(description="Our id of the event.")
    outcome: EventOutcome
    code: str = Field(description="Stable, for programs.")
    detail: str
    case: AdjustmentView


def _find(parts: Services, ref: CaseRef) -> StoredAdjustment:
    return parts.records.reads.money.adjustment(ref.merchant, ref.rma)


def _show(stored: StoredAdjustment) -> AdjustmentView:
    return view_adjustment(stored.case, stored.progress)


ADJUSTMENTS = Door(
    kind=CaseKind.ADJUSTMENT,
    find=_find,
    show=_show,
    answered=AdjustmentAnswered,
    unknown=adjustment_problems.ADJUSTMENT_NOT_FOUND,
    closed=adjustment_problems.ADJUSTMENT_CLOSED,
)
