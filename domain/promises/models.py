"""A promise as it is kept: a date that a customer was told, by whom, until when, and what became of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.cases import Actor, CasePart, CaseRef
from domain.policies import StatutePack


class PromiseKind(StrEnum):
    """What is to have happened by then. The last four are the customer's to keep, all others the shop's."""

    LABEL_BY = "label_by"
    DECISION_BY = "decision_by"
    INSPECTION_BY = "inspection_by"
    REFUND_BY = "refund_by"
    DISPATCH_BY = "dispatch_by"
    DELIVERY_BY = "delivery_by"
    PARCEL_BY = "parcel_by"
    REMAINING_PARCELS_BY = "remaining_parcels_by"
    ANSWER_BY = "answer_by"
    PAYMENT_BY = "payment_by"


# Customers are reminded by the case itself; only what the shop owes is watched over.
BY_CUSTOMER = frozenset(
    {PromiseKind.PARCEL_BY, PromiseKind.REMAINING_PARCELS_BY, PromiseKind.ANSWER_BY, PromiseKind.PAYMENT_BY}
)


class PromiseState(StrEnum):
    """What became of it.

    `at_risk` is an open one that was warned about. `replaced`: before it was over another date was told instead.
    `withdrawn`: before it was over nobody was owed it any more. A date that was missed stays `broken`, also when what
    was promised came later.
    """

    OPEN = "open"
    AT_RISK = "at_risk"
    KEPT = "kept"
    BROKEN = "broken"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({PromiseState.OPEN, PromiseState.AT_RISK})


class Promise(CasePart):
    """One promise, numbered within its case.

    `told_at` and `told_by` are of the step that named the date; with SYSTEM the rules did, in the version of the policy.
    `law` is the statute that sets the date, where the shop's own would be later.
    """

    number: int
    kind: PromiseKind
    due_at: AwareDatetime
    told_at: AwareDatetime
    told_by: Actor
    policy_version: int
    law: StatutePack | None = None
    state: PromiseState = PromiseState.OPEN
    warn_at: Annotated[
        AwareDatetime | None, Field(description="When the shop's own people are warned; none for the customer's.")
    ] = None
    warned_at: AwareDatetime | None = None
    broken_at: AwareDatetime | None = None
    kept_at: Annotated[
        AwareDatetime | None, Field(description="When what was promised happened, in time or too late.")
    ] = None
    ended_at: Annotated[AwareDatetime | None, Field(description="Since when nobody waits for it any more.")] = None
    replaced_by: Annotated[int | None, Field(description="The number of the promise that was made instead.")] = None

    @property
    def next_look_at(self) -> AwareDatetime | None:
        """When it must be looked at although nothing happened: to warn, then to call it broken."""
        if self.kind in BY_CUSTOMER or self.state not in OPEN:
            return None
        return self.warn_at if self.state is PromiseState.OPEN and self.warn_at is not None else self.due_at


class PromisedDate(CasePart):
    """A date that a customer was told and still waits for, as everybody may read it."""

    kind: PromiseKind
    due_at: AwareDatetime
    told_at: AwareDatetime
    law: Annotated[StatutePack | None, Field(description="The statute that sets the date, if one does.")] = None

    @classmethod
    def of(cls, promise: Promise) -> PromisedDate:
        """What of the promise is for everybody."""
        return cls(**promise.model_dump(include=set(cls.model_fields)))


class DuePromise(CasePart):
    """A promise that must be looked at, by its place."""

    ref: CaseRef
    number: int
