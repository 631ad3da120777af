"""An adjustment as it is stored: what was asked, what it comes to, what people decided, and what was paid."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.case_documents import CaseDocument
from domain.cases import Actor
from domain.manual_refunds import PaidOutside
from domain.orders import VISIBLE, Identifier, Payment
from domain.payment_issues.case import Resolution
from domain.policies import AuthorityNeed, SpentBefore
from domain.reimbursements import AmountRefused, PaidBefore, ReimbursementPlan
from domain.returns.case import Approval, Decision, Finding


class AdjustmentPart(BaseModel):
    """Parts of an adjustment are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Why = Annotated[str, Field(min_length=1, max_length=200, pattern=VISIBLE, description="Shown on the case.")]


class Goodwill(AdjustmentPart):
    """An amount in major units ("12.30") on a line, on a shipping charge, or on the whole order.

    With `paid_outside` it was paid already, and only has to be confirmed.
    """

    kind: Literal["goodwill"] = "goodwill"
    order_id: Identifier
    amount: Annotated[str, Field(max_length=32, description="In major units, with a point.", examples=["12.30"])]
    currency: Annotated[str, Field(min_length=3, max_length=3, examples=["GBP"])]
    line_id: Identifier | None = None
    shipping_id: Identifier | None = None
    payment_id: Annotated[Identifier | None, Field(description="The payment it goes back to first.")] = None
    paid_outside: PaidOutside | None = None
    why: Why


class CorrectedUnits(AdjustmentPart):
    """How many units of a line a closed return should have been paid for."""

    line_id: Identifier
    accepted: Annotated[int, Field(ge=0, le=10**6)]


class Correction(AdjustmentPart):
    """What a closed return should have come to: lines that are not named stay as they were found."""

    kind: Literal["correction"] = "correction"
    rma: Annotated[str, Field(max_length=32, description="The return whose receipt or inspection was wrong.")]
    units: Annotated[tuple[CorrectedUnits, ...], Field(min_length=1, max_length=500)]
    why: Why


Asked: TypeAlias = Annotated[Goodwill | Correction, Field(discriminator="kind")]


class AdjustmentBasis(AdjustmentPart):
    """What the plan was computed from, so that it can be computed again.

    Of a correction: the units that count now, and the plans that were paid for the return so far.
    """

    order_version: int
    before: PaidBefore
    refundable_minor: dict[str, int]
    accepted: dict[str, int] = {}
    earlier: tuple[ReimbursementPlan, ...] = ()
    collected: Annotated[
        tuple[Payment, ...], Field(description="What cases of the order had collected from the customer.")
    ] = ()
    spent: tuple[SpentBefore, ...] = ()
    lower_to_minor: Annotated[int | None, Field(description="What a person lowered it to.")] = None


class Settlement(AdjustmentPart):
    """What became of a receivable: the customer paid it, or nobody asks for it any more."""

    event_id: str
    at: AwareDatetime
    actor: Actor
    resolution: Resolution
    proof: str = ""
    note: str = ""


class Adjustment(CaseDocument):
    """The whole adjustment. A negative plan is a receivable: what a correction found to have been paid too much."""

    asked: Asked
    opened_by: Actor
    requested_at: AwareDatetime
    plan: ReimbursementPlan | None = None
    plan_basis: AdjustmentBasis | None = None
    plan_made_at: AwareDatetime | None = None
    refusal: AmountRefused | None = None
    refused_at: AwareDatetime | None = None
    approval_reasons: tuple[Finding, ...] = ()
    approval_need: AuthorityNeed | None = None
    approval_row: str = ""
    approval_asked_at: AwareDatetime | None = None
    first_approval: Approval | None = None
    approval: Approval | None = None
    settlement: Settlement | None = None

    @property
    def is_paid_outside(self) -> bool:
        """Whether it was asked for as something that had left already."""
        return isinstance(self.asked, Goodwill) and self.asked.paid_outside is not None

    @property
    def owed_minor(self) -> int:
        """What the customer is owed beyond the payouts that did not go wrong; 0 once a person refused."""
        if self.plan is None or self.is_rejected:
            return 0
        return max(0, self.plan.total_minor) - sum(p.amount_minor for p in self.payouts if not p.is_owed_again)

    @property
    def receivable_minor(self) -> int:
        """What the customer owes to the shop; 0 once it is settled, and before anybody approved it."""
        if self.plan is None or self.is_rejected or self.settlement is not None or self.needs_approval:
            return 0
        return max(0, -self.plan.total_minor)

    @property
    def needs_approval(self) -> bool:
        """Whether a person must decide before money moves."""
        return bool(self.approval_reasons) and self.approval is None

    @property
    def is_rejected(self) -> bool:
        """Whether a person said that nothing is paid."""
        return self.approval is not None and self.approval.decision is Decision.REFUSE

    @property
    def counts_as_paid(self) -> bool:
        """Whether the plan lowers what is left of the order for whoever plans next.

        A receivable only does once the customer has paid it back; until then they have what was paid.
        """
        if self.plan is None:
            return False
        if self.plan.total_minor < 0:
            return self.settlement is not None and self.settlement.resolution is Resolution.RECEIVED
        return not self.is_rejected or any(not payout.is_owed_again for payout in self.payouts)

    @property
    def last_decided_at(self) -> datetime:
        """When the newest fact came that a person or the rules decided."""
        manual = [each.decided_at for each in self.manual_refunds]
        settled = self.settlement.at if self.settlement else None
        approved = self.approval.at if self.approval else None
        facts = (self.requested_at, self.plan_made_at, self.refused_at, approved, settled, *manual)
        return max(at for at in facts if at is not None)
