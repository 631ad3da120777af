"""A claim as it is stored: what the customer says is wrong, what was decided, and the facts that arrived since."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, field_validator, model_validator

from domain.cases import Actor, CaseRef
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.counts import count_units
from domain.goods_back.parts import Evidence, UnitCount
from domain.orders import VISIBLE, Identifier, Quantity
from domain.policies import AuthorityNeed, ClaimProblem, Fault, Fees, LineTerms, Method, Remedy, TableDecision
from domain.reimbursements import ReimbursementPlan
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import Approval, Decision, EvidenceRequest, Finding, PlanBasis, Verdict, VerdictBasis
from domain.risk.models import RiskAssessment

MOST_EVIDENCE = 20
Words = Annotated[str, Field(max_length=2000)]
Proofs = Annotated[tuple[Evidence, ...], Field(max_length=MOST_EVIDENCE)]


class ClaimPart(BaseModel):
    """Parts of a claim are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ClaimLine(ClaimPart):
    """Units of one order line that something is wrong with."""

    line_id: Identifier
    quantity: Quantity
    serial_number: Annotated[
        str, Field(max_length=128, pattern=VISIBLE, description="Of the unit, where it has one.")
    ] = ""

    @model_validator(mode="after")
    def _is_one_unit(self) -> Self:
        if self.serial_number and self.quantity != 1:
            raise ValueError("a serial number is that of one unit: quantity must be 1")
        return self


class ClaimRequest(ClaimPart):
    """What a storefront or an agent claims for a customer. Goods that fare differently are different claims."""

    order_id: Identifier
    problem: ClaimProblem
    lines: Annotated[tuple[ClaimLine, ...], Field(min_length=1, max_length=100)]
    wish: Annotated[Remedy, Field(description="refund or replace; a part is for the shop to offer.")] = Remedy.REFUND
    evidence: Proofs = ()
    note: Words = ""
    # Left out where it is not chosen, so that a request without it keeps the hash that it had before there was a choice.
    refund_as: Annotated[
        Method | None,
        Field(
            description="How money for it is to be paid, original_payment or store_credit, as the policy offers it for the "
            "goods; left out: the original payment where it is offered, else store credit.",
            exclude_if=lambda chosen: chosen is None,
        ),
    ] = None

    @field_validator("refund_as")
    @classmethod
    def _is_money(cls, method: Method | None) -> Method | None:
        if method not in (None, Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT):
            raise ValueError(f"money is paid as original_payment or store_credit, not as {method}")
        return method

    @model_validator(mode="after")
    def _wish_is_whole(self) -> Self:
        if self.wish is Remedy.REFUND_PART:
            raise ValueError("wish: ask for refund or replace; a part is for the shop to offer")
        return self


class LineJudgement(ClaimPart):
    """What the policy's tables said about one line, and what it is granted: the fees that would be kept, and its terms."""

    line_id: str
    tables: tuple[TableDecision, ...] = ()
    fees: Fees = Fees()
    in_warranty: bool = False
    inputs: Annotated[dict[str, Any], Field(description="The facts that the tables were asked about.")] = {}
    would_change_it: Annotated[tuple[str, ...], Field(description="What would have led to a kinder answer.")] = ()
    terms: Annotated[
        LineTerms | None,
        Field(description="How money for it is paid, where to and how it travels; null in claims of before."),
    ] = None


class ClaimBasis(VerdictBasis):
    """What the verdict on a claim was computed from beside the claim and the policy: as of a return, and by line id what
    earlier claims were made, which lines were under warranty, and how many pieces of evidence there were."""

    earlier: dict[str, int] = Field(default_factory=dict)
    covered: tuple[str, ...] = ()
    evidence: int = 0


class Resolution(ClaimPart):
    """What is to be given, and by whose word: the rules', or somebody's. It holds once it is approved."""

    at: AwareDatetime
    actor: Actor
    remedy: Remedy
    amount_minor: Annotated[int | None, Field(description="Of a part: how much. Else what the goods are worth.")] = None
    line_id: Annotated[str | None, Field(description="Of a part: the line that it is on.")] = None
    goods_back: bool = False
    fault: Fault
    note: str = ""


class Appeal(ClaimPart):
    """The customer asks for a second look."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    note: str
    evidence: tuple[Evidence, ...] = ()


class Denial(ClaimPart):
    """A no with its reason and the way out; the first one may be appealed."""

    at: AwareDatetime
    actor: Actor
    reason: str
    way_out: str
    appeal: Appeal | None = None
    accepted_at: AwareDatetime | None = None


class Claim(CaseWithGoods):
    """The whole claim. Every field after `follows` is a fact that a step added.

    `follows` is the case whose goods were lost on their way to the customer; nobody had to file such a claim.
    """

    problem: ClaimProblem
    lines: tuple[ClaimLine, ...]
    wish: Remedy
    refund_as: Method | None = None
    evidence: tuple[Evidence, ...] = ()
    note: str = ""
    opened_by: Actor
    requested_at: AwareDatetime
    follows: CaseRef | None = None
    verdict: Verdict | None = None
    findings: tuple[Finding, ...] = ()
    judgements: tuple[LineJudgement, ...] = ()
    verdict_basis: ClaimBasis | None = None
    risk: RiskAssessment | None = None
    decided_at: AwareDatetime | None = None
    review_need: AuthorityNeed | None = None
    evidence_requests: tuple[EvidenceRequest, ...] = ()
    resolution: Resolution | None = None
    reviewed: Approval | None = None
    denials: tuple[Denial, ...] = ()
    reopened_at: AwareDatetime | None = None
    plan: ReimbursementPlan | None = None
    plan_basis: PlanBasis | None = None
    plan_made_at: AwareDatetime | None = None
    approval_reasons: tuple[Finding, ...] = ()
    approval_need: AuthorityNeed | None = None
    approval_row: str = ""
    approval_asked_at: AwareDatetime | None = None
    first_approval: Approval | None = None
    approval: Approval | None = None
    shipments: tuple[ShipmentReport, ...] = ()
    given_at: AwareDatetime | None = None
    cancelled_at: AwareDatetime | None = None

    @property
    def claimed(self) -> tuple[UnitCount, ...]:
        """The units that something is wrong with."""
        return tuple(UnitCount(line_id=line.line_id, quantity=line.quantity) for line in self.lines)

    @property
    def terms(self) -> dict[str, LineTerms]:
        """What each line was granted, by line id."""
        known = {each.line_id: each.terms or LineTerms(fees=each.fees) for each in self.judgements}
        return {line.line_id: known.get(line.line_id, LineTerms()) for line in self.lines}

    @property
    def expected(self) -> tuple[UnitCount, ...]:
        """What the customer must send: everything once it is asked for, else nothing."""
        return self.claimed if self.asks_for_goods else ()

    @property
    def asks_for_goods(self) -> bool:
        """Whether the goods must come back before anything is given, or did so."""
        granted = self.is_approved or self.given_at is not None
        return granted and self.resolution is not None and self.resolution.goods_back

    @property
    def takes_goods(self) -> bool:
        """Whether a parcel is this claim's: its goods were asked for, or some of them came."""
        return self.asks_for_goods or bool(self.goods.arrivals)

    @property
    def needs_approval(self) -> bool:
        """Whether a person other than the one who proposed it must say yes."""
        return bool(self.approval_reasons) and self.approval is None

    @property
    def is_approved(self) -> bool:
        """Whether what was proposed may be given."""
        if self.resolution is None or self.is_denied:
            return False
        return not self.approval_reasons or (self.approval is not None and not self.rest_is_refused)

    @property
    def rest_is_refused(self) -> bool:
        """Whether a person said that nothing more is paid, when something had been."""
        return self.approval is not None and self.approval.decision is Decision.REFUSE

    @property
    def is_denied(self) -> bool:
        """Whether the last word is a no that nobody has appealed."""
        return bool(self.denials) and self.denials[-1].appeal is None

    @property
    def may_be_appealed(self) -> bool:
        """Whether the customer may still ask for a second look."""
        return self.is_denied and len(self.denials) == 1 and self.denials[0].accepted_at is None

    @property
    def overrules_inspection(self) -> bool:
        """Whether the denial that followed the inspection was appealed: what a person grants then is not for the inspector."""
        last = self.denials[-1] if self.denials else None
        if last is None or last.appeal is None or not self.goods.inspections:
            return False
        return last.at >= max(each.at for each in self.goods.inspections)

    @property
    def owed_minor(self) -> int:
        """What the customer is owed beyond the payouts that did not go wrong, in minor units; 0 before it is approved."""
        return self._unpaid_minor if self.is_approved else 0

    @property
    def payable_minor(self) -> int:
        """As `owed_minor`, also while somebody must approve it still; 0 as long as goods must come first."""
        awaits_goods = self.resolution is not None and self.resolution.goods_back and self.given_at is None
        return 0 if awaits_goods else self._unpaid_minor

    @property
    def _unpaid_minor(self) -> int:
        ended = self.is_denied or self.rest_is_refused or self.cancelled_at is not None or self.has_expired
        if self.plan is None or ended:
            return 0
        return self.plan.total_minor - sum(p.amount_minor for p in self.payouts if not p.is_owed_again)

    @property
    def is_partly_paid(self) -> bool:
        """Whether money left or is held for it, so that what is refused is the rest."""
        return any(not payout.is_owed_again for payout in self.payouts)

    @property
    def counts_as_paid(self) -> bool:
        """Whether the plan lowers what is left of the order: unless nothing comes of it and nothing had left."""
        denied = self.is_denied or self.cancelled_at is not None or self.has_expired
        return self.plan is not None and (not denied or self.is_partly_paid)

    @property
    def has_expired(self) -> bool:
        """Whether the goods were asked for and never came."""
        return self.goods.given_up_at is not None and not self.goods.arrivals

    @property
    def settled_units(self) -> tuple[UnitCount, ...]:
        """Units that are paid back in full: nobody can return or claim them again. Replaced ones can be."""
        paid = self.resolution is not None and self.resolution.remedy is Remedy.REFUND and self.counts_as_paid
        if not paid or self.plan is None:
            return ()
        credited = {credit.position: credit.quantity for credit in self.plan.credits}
        units = count_units(self.claimed)
        named = [UnitCount(line_id=line, quantity=q) for line in units if (q := credited.get(f"line:{line}", 0)) > 0]
        return tuple(named)

    def last_fact(self, *more: datetime | None) -> datetime:
        """When the newest of these became known; at the latest when it was asked for."""
        return max(at for at in (self.requested_at, *more) if at is not None)
