"""What a customer is told before asking: which units may come back, until when, for how much, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.authority import find_approval_reasons
from domain.goods_back.counts import count_units
from domain.money import Money
from domain.orders import Order
from domain.policies import Conditions, Fault, LineTerms, Method, Policy
from domain.reimbursements import AmountKind, PaidBefore, ReimbursementPlan, plan_reimbursement
from domain.returns.case import Eligibility, Finding, ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.methods import MethodAmount, share_by_method
from domain.returns.settlement import settlement_policy, units_to_reimburse


class QuotePart(BaseModel):
    """Parts of a quote are values."""

    model_config = ConfigDict(frozen=True)


class QuotedLine(QuotePart):
    """One line: may it come back, why not, and until when it may be asked for."""

    line_id: str
    quantity: int
    eligible: bool
    findings: tuple[Finding, ...] = ()
    returnable_until: AwareDatetime | None = None
    terms: Annotated[LineTerms | None, Field(description="What the policy grants for the line.")] = None


class OfferedMethod(QuotePart):
    """One way to be reimbursed: for which lines it is offered, and what those that may come back bring if all choose it."""

    method: Method
    line_ids: tuple[str, ...]
    amount_minor: int
    bonus_minor: Annotated[int, Field(description="What the shop adds for taking it this way.")] = 0
    total_minor: int
    explanation: str = ""


class ReturnQuote(QuotePart):
    """The answer to "what if I sent these back?"; the refund is what would be paid if all units are accepted."""

    verdict: Verdict
    lines: tuple[QuotedLine, ...]
    findings: tuple[Finding, ...] = ()
    shipping_paid_by: Fault
    refund: ReimbursementPlan | None = None
    methods: Annotated[
        tuple[OfferedMethod, ...], Field(description="The ways to choose from, and what each would bring.")
    ] = ()
    paid_as: Annotated[
        tuple[MethodAmount, ...], Field(description="What is paid in which way, as the lines choose it.")
    ] = ()
    needs_approval: bool = False
    next_step: str


def quote_return(
    order: Order,
    lines: Sequence[ReturnLine],
    *,
    policy: Policy,
    conditions: Conditions,
    taken: Mapping[str, int],
    before: PaidBefore,
    now: datetime,
) -> ReturnQuote:
    """The verdict and the refund that opening this return at `now` would lead to, by the very same functions."""
    eligibility = decide_eligibility(order, lines, policy=policy, conditions=conditions, taken=taken, now=now)
    quoted = tuple(
        _quote_line(order, line, eligibility, policy=policy, conditions=conditions, taken=taken, now=now)
        for line in lines
    )
    named = {finding.line_id for line in quoted for finding in line.findings}
    overall = tuple(finding for finding in eligibility.findings if finding.line_id not in named)
    refund = _estimate(order, lines, quoted, policy=policy, before=before)
    total = Money(minor=refund.total_minor, currency=refund.currency) if refund else None
    terms = {line.line_id: line.terms for line in quoted if line.terms and line.eligible}
    return ReturnQuote(
        verdict=eligibility.verdict,
        lines=quoted,
        findings=overall,
        shipping_paid_by=_payer(refund),
        refund=refund,
        methods=_offer(refund, lines, terms),
        paid_as=share_by_method(refund, lines, terms) if refund else (),
        needs_approval=total is not None and bool(find_approval_reasons(total, policy=policy)),
        next_step=_next_step(eligibility),
    )


def _quote_line(
    order: Order,
    line: ReturnLine,
    whole: Eligibility,
    *,
    policy: Policy,
    conditions: Conditions,
    taken: Mapping[str, int],
    now: datetime,
) -> QuotedLine:
    """What the line's own fate would be, whatever becomes of the others."""
    alone = whole
    if whole.verdict is not Verdict.AUTHORIZED:
        alone = decide_eligibility(order, [line], policy=policy, conditions=conditions, taken=taken, now=now)
    decided = alone.decision.line(line.line_id) if alone.decision else None
    return QuotedLine(
        line_id=line.line_id,
        quantity=line.quantity,
        eligible=alone.verdict is not Verdict.REFUSED,
        findings=alone.findings if alone.verdict is Verdict.REFUSED else (),
        returnable_until=decided.returnable_until if decided else None,
        terms=decided.terms if decided else None,
    )


def _estimate(
    order: Order, lines: Sequence[ReturnLine], quoted: Sequence[QuotedLine], *, policy: Policy, before: PaidBefore
) -> ReimbursementPlan | None:
    eligible = [(line, quote.terms) for line, quote in zip(lines, quoted, strict=True) if quote.eligible]
    if not eligible:
        return None
    terms = {line.line_id: granted for line, granted in eligible if granted}
    wanted = tuple(line for line, _ in eligible)
    units = units_to_reimburse(wanted, count_units(wanted), policy, terms=terms)
    return plan_reimbursement(order, units, before=before, policy=settlement_policy(policy, terms))


def _offer(
    refund: ReimbursementPlan | None, lines: Sequence[ReturnLine], terms: Mapping[str, LineTerms]
) -> tuple[OfferedMethod, ...]:
    """The methods that can be chosen now, each as if every line that may chose it; the others stay as they are."""
    offered = []
    for method in (Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT) if refund else ():
        able = tuple(line_id for line_id, granted in terms.items() if method in granted.methods)
        chosen = [line.model_copy(update={"resolution": method}) if line.line_id in able else line for line in lines]
        shares = [share for share in share_by_method(refund, chosen, terms) if share.method is method] if refund else []
        if able:
            amount, bonus = sum(each.amount_minor for each in shares), sum(each.bonus_minor for each in shares)
            offered.append(
                OfferedMethod(
                    method=method,
                    line_ids=able,
                    amount_minor=amount,
                    bonus_minor=bonus,
                    total_minor=amount + bonus,
                    explanation=" ".join(each.explanation for each in shares),
                )
            )
    return tuple(offered)


def _payer(refund: ReimbursementPlan | None) -> Fault:
    kinds = {line.kind for line in refund.lines} if refund else set()
    return Fault.CUSTOMER if AmountKind.RETURN_SHIPPING_FEE in kinds else Fault.MERCHANT


def _next_step(eligibility: Eligibility) -> str:
    if eligibility.verdict is Verdict.REFUSED:
        return "Change what the findings name, or contact the shop."
    if eligibility.verdict is Verdict.IN_REVIEW:
        return "Open the return; a supervisor then decides on it."
    return "Open the return; a label comes with it, and the refund follows the inspection."
