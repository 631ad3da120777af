"""What a customer is told before asking: which units may come back, until when, for how much, and what happens next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.authority import find_approval_reasons
from domain.exchanges.facts import NOTHING_WANTED, ExchangeAsk, ExchangeFacts
from domain.exchanges.offers import SWAPPING
from domain.exchanges.promises import Promise, plan_promise
from domain.exchanges.quotes import QuotedExchange, QuotePart, quote_exchange
from domain.exchanges.settling import divide
from domain.exchanges.trades import Settlement, plan_trade
from domain.goods_back.counts import count_units
from domain.money import Money
from domain.orders import Order
from domain.policies import Conditions, Fault, KeptBefore, LineTerms, Method, Policy
from domain.reimbursements import AmountKind, PaidBefore, ReimbursementPlan, plan_reimbursement
from domain.returns.case import Eligibility, Finding, ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.keeping import NOTHING_KEPT, is_kept_beyond_budget, quote_keeping, say_keeping
from domain.returns.methods import MethodAmount, share_by_method
from domain.returns.next_steps import say_next_step
from domain.returns.units import settlement_policy, units_to_reimburse
from domain.returns.ways_back import OfferedReturnMethod, offer_ways_back
from domain.risk.models import RiskHistory


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
    exchange: Annotated[
        QuotedExchange | None,
        Field(description="What the exchanged lines come to; none where one may not be exchanged."),
    ] = None
    return_methods: Annotated[
        tuple[OfferedReturnMethod, ...],
        Field(description="The ways to travel back to choose from, the usual one first."),
    ] = ()
    needs_approval: bool = False
    keeps: Annotated[tuple[str, ...], Field(description="Lines that need not be sent and are paid all the same.")] = ()
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
    ask: ExchangeAsk = NOTHING_WANTED,
    history: RiskHistory | None = None,
    kept: KeptBefore = NOTHING_KEPT,
    is_gift: bool = False,
) -> ReturnQuote:
    """The verdict and the refund that opening this return at `now` would lead to, by the very same functions."""
    room = QuoteRoom(order, policy, conditions, taken, before, now, ask, history, is_gift)
    eligibility = room.decide(lines)
    quoted = tuple(_quote_line(line, eligibility, room, lines) for line in lines)
    named = {finding.line_id for line in quoted for finding in line.findings}
    overall = tuple(finding for finding in eligibility.findings if finding.line_id not in named)
    promise = _promise(lines, quoted, room)
    refund = _estimate(lines, quoted, promise, room)
    total = Money(minor=refund.total_minor, currency=refund.currency) if refund else None
    terms = {line.line_id: line.terms for line in quoted if line.terms and line.eligible}
    keeps = () if promise else quote_keeping(order, lines, terms, kept, policy=policy)
    beyond = is_kept_beyond_budget(order, [line for line in lines if line.line_id in keeps], kept, policy=policy)
    next_step = say_next_step(eligibility, promise, [granted.refund_at for granted in terms.values()])
    return ReturnQuote(
        verdict=eligibility.verdict,
        lines=quoted,
        findings=overall,
        shipping_paid_by=_payer(refund),
        refund=refund,
        methods=_offer(refund, lines, terms),
        paid_as=share_by_method(refund, lines, terms) if refund else (),
        exchange=quote_exchange(promise, order.currency) if promise else None,
        return_methods=offer_ways_back(order, terms, policy=policy),
        needs_approval=total is not None and (beyond or bool(find_approval_reasons(total, policy=policy))),
        keeps=keeps,
        next_step=say_keeping(next_step, keeps, len(lines), beyond=beyond)
        if eligibility.verdict is Verdict.AUTHORIZED
        else next_step,
    )


@dataclass(frozen=True)
class QuoteRoom:
    """What every part of a quote rests on."""

    order: Order
    policy: Policy
    conditions: Conditions
    taken: Mapping[str, int]
    before: PaidBefore
    now: datetime
    ask: ExchangeAsk
    history: RiskHistory | None = None
    is_gift: bool = False

    def decide(self, lines: Sequence[ReturnLine]) -> Eligibility:
        """The verdict on these lines."""
        return decide_eligibility(
            self.order,
            lines,
            policy=self.policy,
            conditions=self.conditions,
            taken=self.taken,
            now=self.now,
            ask=self.ask,
            history=self.history,
            is_gift=self.is_gift,
        )

    def decide_alone(self, line: ReturnLine, lines: Sequence[ReturnLine]) -> Eligibility:
        """The verdict on the line without the others, but for those of its bundle."""
        mates = {name for bundle in self.order.bundles if line.line_id in bundle.line_ids for name in bundle.line_ids}
        decided = self.decide([each for each in lines if each is line or each.line_id in mates - {line.line_id}])
        own = tuple(finding for finding in decided.findings if finding.line_id == line.line_id)
        record = decided.decision.line(line.line_id) if decided.decision else None
        if record is None:
            return decided
        return decided.model_copy(update={"verdict": Verdict(record.verdict), "findings": own})


def _quote_line(line: ReturnLine, whole: Eligibility, room: QuoteRoom, lines: Sequence[ReturnLine]) -> QuotedLine:
    """What the line's own fate would be, whatever becomes of the others."""
    alone = whole if whole.verdict is Verdict.AUTHORIZED else room.decide_alone(line, lines)
    decided = alone.decision.line(line.line_id) if alone.decision else None
    return QuotedLine(
        line_id=line.line_id,
        quantity=line.quantity,
        eligible=alone.verdict is not Verdict.REFUSED,
        findings=alone.findings if alone.verdict is Verdict.REFUSED else (),
        returnable_until=decided.returnable_until if decided else None,
        terms=decided.terms if decided else None,
    )


def _promise(lines: Sequence[ReturnLine], quoted: Sequence[QuotedLine], room: QuoteRoom) -> Promise | None:
    """What would be promised for the exchanged lines; nothing where one of them may not come back so."""
    swapped = [quote for line, quote in zip(lines, quoted, strict=True) if line.resolution in SWAPPING]
    if not swapped or not all(quote.eligible for quote in swapped):
        return None
    return plan_promise(room.order, lines, room.ask, before=room.before, policy=room.policy)


def _estimate(
    lines: Sequence[ReturnLine], quoted: Sequence[QuotedLine], promise: Promise | None, room: QuoteRoom
) -> ReimbursementPlan | None:
    """What is paid if all units are accepted, the customer having paid for an exchange what they owe."""
    eligible = [(line, quote.terms) for line, quote in zip(lines, quoted, strict=True) if quote.eligible]
    if not eligible:
        return None
    terms = {line.line_id: granted for line, granted in eligible if granted}
    wanted = tuple(line for line, _ in eligible)
    units = units_to_reimburse(wanted, count_units(wanted), room.policy, terms=terms)
    settled_by = settlement_policy(room.policy, terms)
    if promise is None:
        return plan_reimbursement(room.order, units, before=room.before, policy=settled_by)
    standing = ExchangeFacts(swaps=promise.swaps, difference=promise.difference)
    refunded, traded = divide(standing, {unit.line_id: unit for unit in units})
    settlement = Settlement(
        refunded=tuple(refunded), traded=tuple(traded), collected_minor=standing.customer_owes_minor
    )
    return plan_trade(room.order, settlement, before=room.before, policy=settled_by)


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
