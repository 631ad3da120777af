"""A return as it is stored: what was asked, what was decided, and the facts that arrived since.

Facts are only ever added. Where the return stands is derived from them by `domain.returns.progress`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, Field, model_validator

from domain.cases import Actor, WaitingFor
from domain.exchanges.facts import ExchangeFacts, WantedOffer
from domain.gifts import GiftReturn
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.facts import UnitCount
from domain.goods_back.lifting import lift_goods
from domain.orders import Payment
from domain.policies import Action, AuthorityNeed, DecisionRecord, Fees, KeptBefore, SpentBefore
from domain.reimbursements import PaidBefore, ReimbursementPlan
from domain.returns.request import ReturnLine, ReturnPart, ReturnRequest
from domain.risk.models import RequestStake, RiskAssessment, RiskHistory

__all__ = [
    "Appeal",
    "Approval",
    "Decision",
    "Eligibility",
    "EvidenceRequest",
    "Finding",
    "KeepingBasis",
    "PlanBasis",
    "PolicyException",
    "ReturnCase",
    "ReturnLine",
    "ReturnPart",
    "ReturnRequest",
    "SplitOff",
    "UnitCount",
    "Verdict",
    "VerdictBasis",
]


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
    risk: Annotated[RiskAssessment | None, Field(description="What was noticed; for the shop's own people.")] = None


class Decision(StrEnum):
    """What a supervisor said; reducing approves a lower amount, asking for evidence leaves it open."""

    APPROVE = "approve"
    REFUSE = "refuse"
    REDUCE = "reduce"
    ASK_EVIDENCE = "ask_evidence"


class Approval(ReturnPart):
    """A supervisor's decision on what was proposed."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    decision: Decision
    note: str = ""
    stands_in_for: Annotated[str, Field(description="Whose authority was used, where it was lent.")] = ""
    reduced_to_minor: int | None = None


class EvidenceRequest(ReturnPart):
    """A question to the customer before it is decided; over when it is answered or its time has passed."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    question: str
    during: WaitingFor
    answered_at: AwareDatetime | None = None
    answer: str = ""
    evidence: tuple[str, ...] = ()
    given_up_at: AwareDatetime | None = None

    @property
    def over_at(self) -> AwareDatetime | None:
        """Since when the customer is not waited for any more."""
        return self.answered_at or self.given_up_at


class PolicyException(ReturnPart):
    """Something asked for beyond the rules: goods that they refuse, or other fees.

    `rules` of the policy are set aside, `granted` is None while nobody decided, at `deadline` the next role is asked. Who
    may do it alone decided it by asking; `row` is then the row of the matrix that allows it.
    """

    number: int
    action: Action
    asked_by: Actor
    asked_at: AwareDatetime
    note: str
    rules: tuple[str, ...] = ()
    fees: Fees | None = None
    amount_minor: int = 0
    need: AuthorityNeed | None = None
    reasons: tuple[Finding, ...] = ()
    row: str = ""
    granted: bool | None = None
    first_approval: Approval | None = None
    deadline: AwareDatetime | None = None
    escalations: int = 0
    decision: Approval | None = None


class VerdictBasis(ReturnPart):
    """What the verdict was computed from beside the request and the policy, so that it can be computed again."""

    order_version: int
    taken: Annotated[dict[str, int], Field(description="Units by line id that other cases held.")]
    reserved: Annotated[bool, Field(description="False when another case took the units at the same moment.")] = True
    offers: Annotated[tuple[WantedOffer, ...], Field(description="What was wanted, as the catalogue had it.")] = ()
    stake: Annotated[RequestStake | None, Field(description="What the request weighs in its account's history.")] = None
    history: Annotated[RiskHistory | None, Field(description="What was on record about the account.")] = None


class KeepingBasis(ReturnPart):
    """What it was decided from whether the customer keeps goods, beside the request and the policy."""

    order_version: int
    before: Annotated[KeptBefore, Field(description="What they had kept of other returns in the window of the budget.")]


class PlanBasis(ReturnPart):
    """What the reimbursement was computed from beside the inspections and the policy; of a claim what each payment held."""

    order_version: int
    before: Annotated[PaidBefore, Field(description="What other cases of the order had paid or promised.")]
    spent: Annotated[
        tuple[SpentBefore, ...], Field(description="What was granted before without approval and counts with it.")
    ] = ()
    lower_to_minor: Annotated[int | None, Field(description="What a person lowered it to.")] = None
    held_by_payment: dict[str, int] | None = None
    collected: Annotated[
        tuple[Payment, ...], Field(description="What cases of the order had collected from the customer.")
    ] = ()
    held_minor: Annotated[int, Field(description="What stood held for goods that left in advance.")] = 0
    ahead: Annotated[
        dict[str, int] | None, Field(description="Units by line id that are paid for before all were inspected.")
    ] = None
    paid_ahead_minor: Annotated[int, Field(description="What had gone out before the goods were inspected.")] = 0
    history: Annotated[RiskHistory | None, Field(description="What was on record about the account.")] = None


class Appeal(ReturnPart):
    """That a refusal is looked at again: of which return, what the customer says, and who refused it.

    No `refused_by`: the rules refused it.
    """

    of: str
    note: Annotated[str, Field(min_length=3, max_length=2000)]
    evidence: tuple[str, ...] = ()
    refused_by: Actor | None = None


class SplitOff(ReturnPart):
    """Units that became a return of their own, and by whose word; `before` are the lines as they were until then."""

    rma: str
    units: tuple[UnitCount, ...]
    before: tuple[ReturnLine, ...]
    at: AwareDatetime
    actor: Actor
    note: str = ""


class ReturnCase(CaseWithGoods):
    """The whole return. Every field after `requested_at` is a fact that a step added, but for an appeal's and a gift's.

    It goes on from the return that `follows` names, if one is named: what was granted there holds here. `lines` are
    without what was `split_off`.
    """

    lines: tuple[ReturnLine, ...]
    opened_by: Actor
    requested_at: AwareDatetime
    gift: GiftReturn | None = None
    appeal: Appeal | None = None
    follows: str = ""
    split_off: tuple[SplitOff, ...] = ()
    eligibility: Eligibility | None = None
    verdict_basis: VerdictBasis | None = None
    keeping_basis: KeepingBasis | None = None
    decided_at: AwareDatetime | None = None
    exceptions: tuple[PolicyException, ...] = ()
    evidence_requests: tuple[EvidenceRequest, ...] = ()
    review_need: AuthorityNeed | None = None
    first_review: Approval | None = None
    review: Approval | None = None
    goods_risk: RiskAssessment | None = None
    plan: ReimbursementPlan | None = None
    plan_basis: PlanBasis | None = None
    approval_reasons: tuple[Finding, ...] = ()
    approval_need: AuthorityNeed | None = None
    approval_row: str = ""
    approval_asked_at: AwareDatetime | None = None
    first_approval: Approval | None = None
    plan_made_at: AwareDatetime | None = None
    approval: Approval | None = None
    cancelled_at: AwareDatetime | None = None
    exchange: ExchangeFacts | None = None
    ahead_refused_at: Annotated[
        AwareDatetime | None, Field(description="Since when nothing is paid ahead of the inspection.")
    ] = None

    @model_validator(mode="before")
    @classmethod
    def _stored_of_old(cls, document: Any) -> Any:
        return lift_goods(document)

    @property
    def expected(self) -> tuple[UnitCount, ...]:
        """What the customer promised to send; what they may keep is not waited for."""
        kept = {unit.line_id for unit in self.goods.kept}
        sent = (line for line in self.lines if line.line_id not in kept)
        return tuple(UnitCount(line_id=line.line_id, quantity=line.quantity) for line in sent)
