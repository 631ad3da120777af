"""A return as it is stored: what was asked, what was decided, and the facts that arrived since.

Facts are only ever added. Where the return stands is derived from them by `domain.returns.progress`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.cases import Actor
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.facts import UnitCount
from domain.goods_back.lifting import lift_goods
from domain.orders import VISIBLE, Identifier, Quantity
from domain.policies import DecisionRecord, Method
from domain.reimbursements import PaidBefore, ReimbursementPlan


class ReturnPart(BaseModel):
    """Parts of a return are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReturnLine(ReturnPart):
    """Units of one order line that come back, and the customer's why."""

    line_id: Identifier
    quantity: Quantity
    reason: Annotated[str, Field(max_length=40, description="A reason code of the policy.")]
    comment: Annotated[str, Field(max_length=2000)] = ""
    evidence: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200, pattern=VISIBLE)], ...],
        Field(max_length=20, description="Where photos and the like are kept: addresses or ids of yours."),
    ] = ()
    resolution: Annotated[
        Method | None,
        Field(
            description="How the customer wants to be reimbursed, of the methods that a quote offers; left out: "
            "the original payment where it is offered, else store credit."
        ),
    ] = None


class ReturnRequest(ReturnPart):
    """What a storefront or an agent asks for."""

    order_id: Identifier
    lines: Annotated[tuple[ReturnLine, ...], Field(min_length=1, max_length=500)]


class Verdict(StrEnum):
    """The answer to a return request."""

    AUTHORIZED = "authorized"
    IN_REVIEW = "in_review"
    REFUSED = "refused"


class Finding(ReturnPart):
    """One reason for a verdict: which rule, about which line, what it means and what the customer can do.

    `rule` is stable for programs; `policy_rule` is the place in the policy, such as `windows.electronics`.
    """

    rule: str
    policy_rule: str = ""
    line_id: str | None = None
    detail: str
    way_out: str


class Eligibility(ReturnPart):
    """The verdict on a request, with what it rests on."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    returnable_until: AwareDatetime | None = None
    decision: Annotated[
        DecisionRecord | None, Field(description="What it rests on; none for a request that no rule had to judge.")
    ] = None


class Decision(StrEnum):
    """What a supervisor said."""

    APPROVE = "approve"
    REFUSE = "refuse"


class Approval(ReturnPart):
    """A supervisor's decision on what was proposed."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    decision: Decision
    note: str = ""


class VerdictBasis(ReturnPart):
    """What the verdict was computed from beside the request and the policy, so that it can be computed again."""

    order_version: int
    taken: Annotated[dict[str, int], Field(description="Units by line id that other cases held.")]
    reserved: Annotated[bool, Field(description="False when another case took the units at the same moment.")] = True


class PlanBasis(ReturnPart):
    """What the reimbursement was computed from beside the inspections and the policy."""

    order_version: int
    before: Annotated[PaidBefore, Field(description="What other cases of the order had paid or promised.")]


class PayoutBasis(ReturnPart):
    """What some payouts, planned together, were allocated from."""

    at: AwareDatetime
    order_version: int
    owed_minor: int
    credit_minor: Annotated[int, Field(description="Of that, what goes out as store credit.")] = 0
    bonus_minor: Annotated[int, Field(description="What the shop adds to that credit.")] = 0
    refundable_minor: Annotated[dict[str, int], Field(description="What each payment still held, by payment id.")]
    payouts: Annotated[tuple[int, ...], Field(description="The numbers that came of it; none when it could not be.")]
    declined: Annotated[tuple[str, ...], Field(description="Payments that had declined a payout before.")] = ()


class ReturnCase(CaseWithGoods):
    """The whole return. Every field after `requested_at` is a fact that a step added."""

    lines: tuple[ReturnLine, ...]
    opened_by: Actor
    requested_at: AwareDatetime
    eligibility: Eligibility | None = None
    verdict_basis: VerdictBasis | None = None
    decided_at: AwareDatetime | None = None
    review: Approval | None = None
    plan: ReimbursementPlan | None = None
    plan_basis: PlanBasis | None = None
    approval_reasons: tuple[Finding, ...] = ()
    approval_asked_at: AwareDatetime | None = None
    plan_made_at: AwareDatetime | None = None
    approval: Approval | None = None
    payout_bases: tuple[PayoutBasis, ...] = ()
    cancelled_at: AwareDatetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _stored_of_old(cls, document: Any) -> Any:
        return lift_goods(document)

    @property
    def expected(self) -> tuple[UnitCount, ...]:
        """What the customer promised to send."""
        return tuple(UnitCount(line_id=line.line_id, quantity=line.quantity) for line in self.lines)
