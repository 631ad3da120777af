"""What an explanation is made of: amounts and decisions, each with what it rests on and the rule that led to it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.adjustments.case import Asked
from domain.cases import Actor, CaseKind
from domain.money import Rounding
from domain.orders import PaymentMethod
from domain.payment_issues.case import PaymentIssueCause
from domain.payouts import PayoutMethod
from domain.policies import ClaimProblem, Fault, Remedy
from domain.reimbursements import AmountKind, AmountLine, AmountRefused, Credit, PaidBefore


class ExplanationPart(BaseModel):
    """Parts of an explanation are values."""

    model_config = ConfigDict(frozen=True)


class AppliedRule(ExplanationPart):
    """A field of the policy, and what it says."""

    policy_field: str
    value: Any


class Source(ExplanationPart):
    """Something of the order, the policy or an earlier payment that an amount was computed from."""

    what: str
    amount_minor: int | None = None
    quantity: Annotated[int | None, Field(description="How often the amount counts, where it is of one unit.")] = None


class AppliedRounding(ExplanationPart):
    """A rounding: the exact value as a fraction of minor units, what it became, and who got the odd minor unit."""

    of: str
    method: str
    exact_minor: Annotated[str, Field(description="A fraction in lowest terms, such as 1000/3.")]
    rounded_minor: int
    remainder: Annotated[str, Field(description="Where the odd minor unit went, in words.")]


class ExplainedAmount(ExplanationPart):
    """One amount of a reimbursement, with what it was computed from."""

    kind: AmountKind
    line_id: str | None
    quantity: int
    amount_minor: int
    explanation: str
    rules: tuple[AppliedRule, ...]
    computed_from: tuple[Source, ...]
    roundings: tuple[AppliedRounding, ...]


class ExplainedTax(ExplanationPart):
    """One tax of a position: charged on all of it, and given back by now."""

    rate: Decimal
    charged_minor: int
    credited_before_minor: int
    credited_minor: int
    rounding: AppliedRounding | None


class ExplainedPosition(ExplanationPart):
    """A line, its duties or a shipping charge: what it was worth, what earlier cases took, what this one takes.

    `left_minor` is what units that are still out are worth, `kept_minor` the fees kept on those that came back.
    """

    position: str
    title: str
    sku: str
    units_ordered: int
    units_before: int
    units: int
    price_minor: Annotated[int, Field(description="Of all units, before any discount.")]
    discounts: tuple[Source, ...]
    discount_roundings: tuple[AppliedRounding, ...]
    gross_minor: Annotated[int, Field(description="What all units were worth, taxes included.")]
    credited_before_minor: int
    worth_minor: int
    kept_minor: int
    credited_minor: int
    net_minor: int
    taxes: tuple[ExplainedTax, ...]
    worth_rounding: AppliedRounding | None
    left_minor: int
    left_units: int
    kept_after_minor: int


class ReimbursedLine(ExplanationPart):
    """Units that are paid for, and why it is whose fault."""

    line_id: str
    quantity: int
    reason: str
    fault: Fault


class EarlierCase(ExplanationPart):
    """Another case of the order that was reimbursed before."""

    rma: str
    planned_at: AwareDatetime
    total_minor: int


class ExplainedReimbursement(ExplanationPart):
    """Everything owed: the amounts one by one, and the positions of the order that they were taken from."""

    currency: str
    total_minor: int
    planned_at: AwareDatetime
    policy: str
    policy_version: int
    order_version: int
    rounding: Rounding
    units: tuple[ReimbursedLine, ...]
    amounts: tuple[ExplainedAmount, ...]
    positions: tuple[ExplainedPosition, ...]
    paid_before_minor: int
    under_dispute_minor: int
    earlier_cases: tuple[EarlierCase, ...]


class AllocatedPayment(ExplanationPart):
    """What one payment of the order gives to a refund in one way; one that gives in two stands here twice."""

    payment_id: str
    method: PaymentMethod
    held_minor: int
    paid_minor: int
    left_minor: int
    payout: int | None
    state: str
    explanation: str
    way: Annotated[PayoutMethod | None, Field(description="How it goes out; none where nothing does.")] = None
    bonus_minor: Annotated[int, Field(description="What the shop adds to a store credit, from no payment.")] = 0


class ExplainedAllocation(ExplanationPart):
    """How a sum was shared over the payments of the order, at that moment."""

    at: AwareDatetime
    order_version: int
    owed_minor: int
    rules: tuple[AppliedRule, ...]
    payments: tuple[AllocatedPayment, ...]
    unplaced_minor: Annotated[int, Field(description="What no payment could give: it needs a person.")]


class HeldPayment(ExplanationPart):
    """What the ledger says about a payment now."""

    payment_id: str
    captured_minor: int
    refunded_minor: int
    pending_minor: int
    disputed_minor: int
    left_minor: Annotated[int, Field(description="What may still be refunded on it.")]


class Margin(ExplanationPart):
    """By how much a rule was missed, as a share of its limit: the smallest is the nearest miss."""

    words: str
    share: float


class ConsideredRule(ExplanationPart):
    """A rule that was looked at, whether it applied, and if not, what it lacked or by how much it was missed."""

    rule: str
    line_id: str | None = None
    policy: tuple[AppliedRule, ...] = ()
    matched: bool
    detail: str
    unmet: Annotated[tuple[str, ...], Field(description="The parts of its condition that did not hold.")] = ()
    margin: Margin | None = None


class ExplainedDecision(ExplanationPart):
    """One decision: what it rested on, the rules that applied, those that did not, and what would change it."""

    decision: str
    line_id: str | None = None
    outcome: str
    decided_at: AwareDatetime
    decided_by: Actor
    policy_version: int
    inputs: dict[str, Any]
    matched: tuple[ConsideredRule, ...]
    not_matched: tuple[ConsideredRule, ...]
    nearest_miss: ConsideredRule | None
    would_change_it: tuple[str, ...]
    overruled: Annotated[tuple[str, ...], Field(description="What the law changed, in words.")] = ()


class Difference(ExplanationPart):
    """A stored value that computing it again does not give."""

    what: str
    stored: Any
    computed: Any


class Recomputation(ExplanationPart):
    """What came of computing everything again from what is stored."""

    equal: bool
    computed: tuple[str, ...]
    differences: tuple[Difference, ...]
    without_basis: Annotated[tuple[str, ...], Field(description="Decided before the inputs were kept.")]

    def and_then(self, other: Recomputation) -> Recomputation:
        """What came of both."""
        return Recomputation(
            equal=self.equal and other.equal,
            computed=(*self.computed, *other.computed),
            differences=(*self.differences, *other.differences),
            without_basis=(*self.without_basis, *other.without_basis),
        )


class CaseExplanation(ExplanationPart):
    """Why a case was decided as it was, how its money was shared over the payments, and what they hold now."""

    kind: CaseKind
    rma: Annotated[str, Field(description="The number of the case; of a return its RMA.")]
    order_id: str
    currency: str
    state: str
    decisions: tuple[ExplainedDecision, ...]
    payouts: tuple[ExplainedAllocation, ...]
    payments: tuple[HeldPayment, ...]
    recomputation: Recomputation


class ReturnExplanation(CaseExplanation):
    """Of a return moreover: everything owed for its goods, amount by amount."""

    reimbursement: ExplainedReimbursement | None


class AdjustmentExplanation(CaseExplanation):
    """Of an adjustment moreover: what was asked, what it comes to, and what that was computed from."""

    asked: Asked
    policy_version: int
    order_version: Annotated[int | None, Field(description="The version of the order that it was computed from.")]
    rounding: Annotated[str, Field(description="The policy field `rounding`: where an odd minor unit goes.")]
    total_minor: Annotated[int | None, Field(description="Null when it was refused; below zero: a receivable.")]
    amounts: tuple[AmountLine, ...]
    credits: Annotated[tuple[Credit, ...], Field(description="By position of the order, with net and taxes.")]
    units: Annotated[dict[str, int], Field(description="Of a correction: the units by line that count now.")]
    paid_before: Annotated[PaidBefore | None, Field(description="What other cases of the order had paid or promised.")]
    earlier_minor: Annotated[int, Field(description="Of a correction: what had been planned for the return before.")]
    held_minor: Annotated[dict[str, int], Field(description="What each payment held when it was planned.")]
    left_minor: Annotated[int, Field(description="What the order's payments hold now, in minor units.")]
    refusal: AmountRefused | None


class ClaimExplanation(CaseExplanation):
    """Of a claim moreover: what is wrong, who caused it, what is given, and everything owed for it."""

    problem: ClaimProblem
    wish: Remedy
    fault: Fault
    remedy: Annotated[Remedy | None, Field(description="What is given; null while that is undecided, and when denied.")]
    reimbursement: ExplainedReimbursement | None


class PaymentIssueExplanation(CaseExplanation):
    """Of a payment issue moreover: what went wrong with which money, and what of it is owed still."""

    cause: PaymentIssueCause
    payment_id: str
    amount_minor: int
    owed_minor: int
    why: str
    continues: Annotated[str | None, Field(description="The case whose payout went wrong.")]
