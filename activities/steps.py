"""What a workflow hands to an activity: an address, a moment, and the one thing the step is about."""

from __future__ import annotations

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.cases import CaseRef, WaitingFor


class Step(BaseModel):
    """A step of one case; `at` is the workflow's time, so that a step repeated later writes the same facts."""

    model_config = ConfigDict(frozen=True)

    ref: CaseRef
    at: AwareDatetime


class EventStep(Step):
    """Apply one inbox event."""

    event_id: str


class DeadlineStep(Step):
    """The deadline of that wait has come."""

    waiting_for: WaitingFor


class DeliveryStep(Step):
    """One reverse delivery of the case; the first when a history does not say which."""

    number: int = 1


class PayoutStep(Step):
    """Make one payout."""

    number: int


class CollectionStep(Step):
    """Do one thing about one collection."""

    number: int
