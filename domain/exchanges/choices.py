"""What the customer chooses instead when promised goods are out of stock: other goods, to wait for them, or the money."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from domain.cases import InboxEvent
from domain.changes import applied, entry, parked, refused
from domain.exchanges.facts import ChoiceKind, ExchangeAsk, FallbackCause, StockChoice, WantedGoods
from domain.exchanges.following import facts_of, fall_back, propose_anew, tell
from domain.exchanges.offers import find_refusal, find_wish_errors
from domain.exchanges.promises import Promise, say_goods_of
from domain.money import Money
from domain.policies import Method, OutOfStockRule, Policy
from domain.reimbursements import DifferenceKind
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.counts import as_goods, count_goods, say_goods
from domain.replacement_shipments.reports import ShipmentReport
from domain.returns.case import Finding, ReturnCase, ReturnLine
from domain.returns.changes import Change
from domain.returns.service import terms_of

CHOICE_ASKED = "exchange.choice_asked"


class LineWish(BaseModel):
    """Other goods for one line of the exchange."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line_id: Annotated[str, Field(max_length=64)]
    wanted: Annotated[tuple[WantedGoods, ...], Field(min_length=1, max_length=20)]


class ChoiceBody(BaseModel):
    """What the customer chose."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    choice: ChoiceKind
    lines: tuple[LineWish, ...] = ()


def run_out(case: ReturnCase, latest: ShipmentReport, policy: Policy, *, at: datetime) -> Change:
    """The customer is asked what else, or it is a plain return, as the policy says; asked once for each shipment.

    Source: policy fields out_of_stock and deadlines.choice.
    """
    exchange = facts_of(case)
    missing = as_goods(count_goods((*latest.shipped, *latest.unshipped)))
    words = say_goods(count_goods(missing))
    if exchange.choices and exchange.choices[-1].shipment == latest.number:
        return Change(case=case)
    if policy.out_of_stock is not OutOfStockRule.ASK:
        return fall_back(case, FallbackCause.OUT_OF_STOCK, f"the warehouse does not have {words}.", at=at)
    until = policy.due(at, policy.deadlines.choice)
    asked = StockChoice(shipment=latest.number, asked_at=at, until=until, missing=missing)
    summary = (
        f"The warehouse does not have {words}. The customer chooses until {until:%Y-%m-%d %H:%M} UTC: other goods, to wait, "
        "or the money."
    )
    line = entry(at, CHOICE_ASKED, summary, until=until.isoformat(), missing=[each.sku for each in missing])
    facts = exchange.with_facts(choices=(*exchange.choices, asked), let_go=(), let_go_at=None)
    return tell(case, facts, line)


def give_up_waiting(case: ReturnCase, latest: ShipmentReport, *, at: datetime) -> Change:
    """The goods did not come in while the customer waited for them."""
    words = say_goods(count_goods((*latest.shipped, *latest.unshipped)))
    return fall_back(case, FallbackCause.OUT_OF_STOCK, f"{words} did not come into stock in time.", at=at)


def pass_choice(case: ReturnCase, *, at: datetime) -> Change | None:
    """Nobody chose in time: it is a plain return. None while there is time, or nothing to choose."""
    choice = case.exchange.open_choice if case.exchange else None
    if choice is None or at < choice.until:
        return None
    return fall_back(case, FallbackCause.OUT_OF_STOCK, "the customer did not choose in time what else to take.", at=at)


def find_choice_fault(case: ReturnCase) -> Finding | None:
    """Why there is nothing to choose; None while the customer is asked, or waits for stock and may think otherwise."""
    exchange = case.exchange
    if exchange is not None and (exchange.open_choice or exchange.waits_for_stock):
        return None
    detail = "Nothing is out of stock that somebody could choose other goods for."
    return Finding(rule="nothing_asked", detail=detail, way_out="Follow the exchange, or call it off.")


def lines_with(case: ReturnCase, body: ChoiceBody) -> tuple[ReturnLine, ...]:
    """The exchange's lines with the other goods in place of what they wanted; lines that are not named stay."""
    wishes = {wish.line_id: wish.wanted for wish in body.lines}
    promised = {swap.line_id: swap for swap in facts_of(case).swaps}
    lines = []
    for line in case.lines:
        if line.resolution is Method.EXCHANGE and line.line_id in promised:
            known = tuple(WantedGoods(sku=each.sku, quantity=each.quantity) for each in promised[line.line_id].goods)
            line = line.model_copy(update={"wanted": wishes.get(line.line_id, known)})
        lines.append(line)
    return tuple(lines)


def find_wish_faults(
    case: ReturnCase, body: ChoiceBody, lines: Sequence[ReturnLine], ask: ExchangeAsk
) -> Iterator[Finding]:
    """Why these goods cannot be had instead."""
    known = {line.line_id: line for line in lines if line.resolution is Method.EXCHANGE}
    missing = {goods.sku for choice in facts_of(case).choices for goods in choice.missing}
    if not body.lines:
        yield _fault("nothing_wanted", "No other goods are named.", "Name them in `lines`, or choose wait or refund.")
    for wish in body.lines:
        if wish.line_id not in known:
            detail = f"Line {wish.line_id} is not exchanged for goods that were chosen."
            yield _fault(
                "unknown_line", detail, f"Name one of: {', '.join(known) or 'none'}; or choose wait or refund."
            )
            continue
        if short := [goods.sku for goods in wish.wanted if goods.sku in missing]:
            detail = f"{', '.join(short)} is what the warehouse does not have."
            yield _fault("goods_out_of_stock", detail, "Choose other goods, or to wait.")
        yield from find_wish_errors(known[wish.line_id], ask)
        if granted := terms_of(case).get(wish.line_id):
            own = ask.model_copy(update={"in_advance": False})
            refusal = find_refusal(wish.line_id, Method.EXCHANGE, own, granted)
            if refusal is not None:
                yield refusal


def take_money(case: ReturnCase, event: InboxEvent, *, at: datetime) -> Change:
    """The customer prefers the money: a plain return."""
    summary = f"{event.actor.name} chose the money instead of goods that are out of stock."
    told = applied(_answered(case, ChoiceKind.REFUND, at=at), event, at=at, summary=summary)
    fallen = fall_back(told.case, FallbackCause.OUT_OF_STOCK, "the customer chose the money instead.", at=at)
    return told.model_copy(update={"case": fallen.case, "entries": (*told.entries, *fallen.entries)})


def take_time(case: ReturnCase, event: InboxEvent, policy: Policy, *, at: datetime) -> Change:
    """The customer waits for the goods. Source: policy field deadlines.back_order."""
    until = policy.due(at, policy.deadlines.back_order)
    summary = f"{event.actor.name} chose to wait for the goods until {until:%Y-%m-%d %H:%M} UTC."
    return applied(_answered(case, ChoiceKind.WAIT, at=at, wait_until=until), event, at=at, summary=summary)


def take_other_goods(case: ReturnCase, event: InboxEvent, promise: Promise, *, at: datetime) -> Change:
    """Other goods are promised in place of those that are out of stock; who owes whom is worked out anew."""
    answered = propose_anew(_answered(case, ChoiceKind.OTHER_GOODS, at=at))
    difference, amount = promise.difference, Money(minor=promise.difference.amount_minor, currency=case.currency)
    facts = facts_of(answered).with_facts(
        swaps=promise.swaps, difference=difference, repriced_at=at, let_go=(), let_go_at=None
    )
    words = {
        DifferenceKind.EVEN: "It is even.",
        DifferenceKind.CUSTOMER_OWES: f"The customer pays {amount} in all.",
        DifferenceKind.SHOP_OWES: f"The shop pays {amount}.",
    }[difference.kind]
    summary = f"{event.actor.name} chose {say_goods_of(promise.swaps)} instead. {words}"
    return applied(answered.with_facts(exchange=facts), event, at=at, summary=summary)


def refuse_choice(case: ReturnCase, event: InboxEvent, fault: Finding, *, at: datetime) -> Change:
    """The sender is told why, and what to do."""
    if case.exchange is None:
        detail = "A return without an exchange promises no goods to choose."
        return parked(case, event, at=at, code="not_for_returns", detail=detail)
    return refused(case, event, at=at, code=fault.rule, detail=f"{fault.detail} {fault.way_out}")


def _answered(case: ReturnCase, answer: ChoiceKind, *, at: datetime, wait_until: datetime | None = None) -> ReturnCase:
    exchange = facts_of(case)
    last = exchange.choices[-1].model_copy(update={"given_at": at, "answer": answer, "wait_until": wait_until})
    return case.with_facts(exchange=exchange.with_facts(choices=(*exchange.choices[:-1], last)))


def missing_goods(case: ReturnCase) -> tuple[Goods, ...]:
    """What the customer waits for."""
    return facts_of(case).choices[-1].missing


def _fault(rule: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, policy_rule="out_of_stock", detail=detail, way_out=way_out)
