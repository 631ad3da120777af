"""An explanation as a person reads it on a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from rich.console import Console
from rich.table import Table

from domain.explanations import (
    AdjustmentExplanation,
    AnyExplanation,
    ClaimExplanation,
    PaymentIssueExplanation,
    ReturnExplanation,
)
from domain.explanations.models import (
    AppliedRounding,
    ConsideredRule,
    ExplainedAllocation,
    ExplainedAmount,
    ExplainedDecision,
    ExplainedPosition,
    ExplainedReimbursement,
    HeldPayment,
    Recomputation,
)
from domain.money import Money


def print_explanation(found: AnyExplanation, console: Console) -> None:
    """Decisions, amounts, what is left of the order, payments, and whether it comes out the same again."""
    kind = found.kind.replace("_", " ").capitalize()
    console.rule(f"{kind} {found.rma} of order {found.order_id}: {found.state}", align="left")
    if isinstance(found, PaymentIssueExplanation):
        _say(console, found.why, f"Still owed: {_say_money(found.owed_minor, found.currency)}.")
    for decision in found.decisions:
        _say(console, *_decision(decision))
    if isinstance(found, ReturnExplanation | ClaimExplanation) and found.reimbursement is not None:
        _reimbursement(found.reimbursement, console)
    if isinstance(found, AdjustmentExplanation):
        _adjustment(found, console)
    for allocation in found.payouts:
        console.print(_allocation(allocation, found.currency))
    if found.payments:
        console.print(_payments(found.payments, found.currency))
    _say(console, *_recomputation(found.recomputation))


def _decision(decision: ExplainedDecision) -> Iterator[str]:
    who = f"{decision.decided_by.name} ({decision.decided_by.role})"
    yield f"\n{decision.decision}: {decision.outcome}"
    yield f"  by {who} at {decision.decided_at:%Y-%m-%d %H:%M:%S} UTC, policy version {decision.policy_version}"
    yield from (f"  applied      {_rule(rule)}" for rule in decision.matched)
    yield from (f"  did not      {_rule(rule)}" for rule in decision.not_matched)
    if decision.nearest_miss is not None and decision.nearest_miss.margin is not None:
        miss = decision.nearest_miss
        yield f"  nearest miss {miss.rule}: {decision.nearest_miss.margin.words}"
    yield from (f"  otherwise    {change}" for change in decision.would_change_it)


def _rule(rule: ConsideredRule) -> str:
    fields = ", ".join(applied.policy_field for applied in rule.policy)
    return f"{rule.rule}: {rule.detail}" + (f" [{fields}]" if fields else "")


def _reimbursement(found: ExplainedReimbursement, console: Console) -> None:
    table = _table(f"Reimbursement of {_say_money(found.total_minor, found.currency)}", "kind", "what it came from")
    table.add_column("amount", justify="right", no_wrap=True)
    for amount in found.amounts:
        table.add_row(
            amount.kind, "\n".join(_came_from(amount, found.currency)), _plain(amount.amount_minor, found.currency)
        )
    console.print()
    console.print(table)
    left = _table("Of the order", "position", "units")
    for column in ("worth", "credited before", "credited now", "net", "taxes", "left"):
        left.add_column(column, justify="right", no_wrap=True)
    for position in found.positions:
        left.add_row(*_position(position, found.currency))
    console.print(left)
    before = f"Other cases took {_say_money(found.paid_before_minor, found.currency)} before"
    names = ", ".join(f"{case.rma} ({_say_money(case.total_minor, found.currency)})" for case in found.earlier_cases)
    basis = f"policy {found.policy} version {found.policy_version}, order version {found.order_version}"
    _say(console, f"{before}{f': {names}' if names else ''}. Computed by {basis}.")


def _adjustment(found: AdjustmentExplanation, console: Console) -> None:
    """What was asked, what it comes to and from which positions it is taken, or why it could not be."""
    _say(console, f"\n{found.asked.kind}: {found.asked.why}")
    if found.refusal is not None:
        _say(console, f"refused ({found.refusal.code}): {found.refusal.detail} {found.refusal.way_out}")
    if found.total_minor is None:
        return
    table = _table(f"It comes to {_say_money(found.total_minor, found.currency)}", "kind", "what it came from")
    table.add_column("amount", justify="right", no_wrap=True)
    for amount in found.amounts:
        table.add_row(amount.kind, amount.explanation, _plain(amount.amount_minor, found.currency))
    console.print(table)
    taken = _table("Of the order", "position")
    for column in ("units", "net", "taxes"):
        taken.add_column(column, justify="right", no_wrap=True)
    for credit in found.credits:
        taxes = sum(tax.amount_minor for tax in credit.taxes)
        amounts = (_plain(credit.net_minor, found.currency), _plain(taxes, found.currency))
        taken.add_row(credit.position, str(credit.quantity or ""), *amounts)
    console.print(taken)
    before = found.paid_before.total_minor if found.paid_before else 0
    basis = f"policy version {found.policy_version}, order version {found.order_version}"
    _say(console, f"Other cases took {_say_money(before, found.currency)} before. Computed by {basis}.")


def _came_from(amount: ExplainedAmount, currency: str) -> Iterator[str]:
    yield amount.explanation
    for source in amount.computed_from:
        units = f" × {source.quantity}" if source.quantity is not None else ""
        money = f": {_plain(source.amount_minor, currency)}" if source.amount_minor is not None else ""
        yield f"  from {source.what}{money}{units}"
    yield from (f"  rule {rule.policy_field}: {rule.value}" for rule in amount.rules)
    yield from (f"  rounded {_rounding(rounding)}" for rounding in amount.roundings)


def _rounding(rounding: AppliedRounding) -> str:
    whole, part = divmod(Fraction(rounding.exact_minor), 1)
    exact = f"{whole} {part}" if part else f"{whole}"
    return f"({rounding.method}) {rounding.of}: {exact} became {rounding.rounded_minor}. {rounding.remainder}"


def _position(position: ExplainedPosition, currency: str) -> tuple[str, ...]:
    units = f"{position.units} of {position.units_ordered}"
    before = f", {position.units_before} before" if position.units_before else ""
    taxes = sum(tax.credited_minor for tax in position.taxes)
    amounts = (
        position.gross_minor,
        position.credited_before_minor,
        position.credited_minor,
        position.net_minor,
        taxes,
        position.left_minor,
    )
    return (
        f"{position.position} {position.title}".strip(),
        units + before,
        *(_plain(each, currency) for each in amounts),
    )


def _allocation(found: ExplainedAllocation, currency: str) -> Table:
    table = _table(f"Payouts of {_say_money(found.owed_minor, currency)}", "payment", "method", "payout")
    for column in ("held", "pays", "keeps"):
        table.add_column(column, justify="right", no_wrap=True)
    for each in found.payments:
        payout = f"{each.payout} {each.state}" if each.payout else ""
        amounts = (each.held_minor, each.paid_minor, each.left_minor)
        table.add_row(each.payment_id, each.method, payout, *(_plain(amount, currency) for amount in amounts))
    if found.unplaced_minor:
        table.add_row("none", "", "", "", _plain(found.unplaced_minor, currency), "")
    return table


def _payments(payments: tuple[HeldPayment, ...], currency: str) -> Table:
    table = _table("The payments now", "payment")
    for column in ("captured", "refunded", "pending", "disputed", "refundable"):
        table.add_column(column, justify="right", no_wrap=True)
    for each in payments:
        amounts = (each.captured_minor, each.refunded_minor, each.pending_minor, each.disputed_minor, each.left_minor)
        table.add_row(each.payment_id, *(_plain(amount, currency) for amount in amounts))
    return table


def _recomputation(found: Recomputation) -> Iterator[str]:
    if found.equal:
        yield f"Computed again from what is stored: {', '.join(found.computed) or 'nothing yet'}. All of it is equal."
    for difference in found.differences:
        yield f"DIFFERENT {difference.what}: stored {difference.stored}, computed {difference.computed}"
    if found.without_basis:
        yield f"Decided before its inputs were kept: {', '.join(found.without_basis)}."


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _say(console: Console, *lines: str) -> None:
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def _say_money(minor: int, currency: str) -> str:
    return str(Money(minor=minor, currency=currency))


def _plain(minor: int, currency: str) -> str:
    return _say_money(minor, currency).removesuffix(f" {currency}")
