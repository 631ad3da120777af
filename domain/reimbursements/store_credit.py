"""Store credit instead of money, with the shop's bonus."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from domain.calendar import Span
from domain.money import allocate, round_half_up
from domain.policies import StoreCreditRules
from domain.reimbursements.amounts import Credit, ReimbursementPart, ReimbursementPlan
from domain.reimbursements.positions import PositionKind, position_key
from domain.reimbursements.wording import say


class StoreCreditPlan(ReimbursementPart):
    """A store credit: what was owed, the shop's bonus for taking it this way, and how long it can be spent."""

    currency: str
    owed_minor: int
    bonus_minor: int
    explanation: str
    expires_after: Span | None = None

    @property
    def credit_minor(self) -> int:
        """What the customer can spend."""
        return self.owed_minor + self.bonus_minor


def plan_store_credit(plan: ReimbursementPlan, rules: StoreCreditRules) -> StoreCreditPlan:
    """The credit that replaces the whole refund of `plan`; nothing owed earns no bonus. Source: policy table methods.

    The bonus is the shop's gift: it is no part of what the payments held, so it never counts against them.
    """
    return _plan([(plan.total_minor, rules)], plan.currency)


def plan_partial_credit(plan: ReimbursementPlan, lines: dict[str, StoreCreditRules]) -> StoreCreditPlan:
    """The credit that replaces what `plan` pays for those lines (by line id, with the terms of each).

    What is paid for no line (the shipping) becomes credit too when the plan pays for no other line. A flat bonus counts
    once, of different ones the highest; the credit lasts as long as the kindest line says.
    """
    paid = {line_id: _paid_for(line_id, plan.credits) for line_id in _paid_lines(plan.credits)}
    chosen = {line_id: amount for line_id, amount in paid.items() if line_id in lines and amount > 0}
    if not chosen or plan.total_minor <= 0:
        return _plan([], plan.currency)
    worth = plan.total_minor if set(paid) <= set(lines) else min(plan.total_minor, sum(chosen.values()))
    parts = allocate(worth, list(chosen.values()))
    return _plan([(part, lines[line_id]) for line_id, part in zip(chosen, parts, strict=True)], plan.currency)


def _plan(parts: Sequence[tuple[int, StoreCreditRules]], currency: str) -> StoreCreditPlan:
    owed = sum(amount for amount, _ in parts)
    flats = [rules.bonus_flat.within(currency) for _, rules in parts]
    flat = max((one for one in flats if one), default=None)
    percents = sum((Fraction(amount * rules.bonus_percent, 100) for amount, rules in parts), Fraction())
    bonus = round_half_up(percents) + (flat.minor if flat else 0) if owed > 0 else 0
    words = f"{say(owed, currency)} owed"
    if bonus:
        named = " and ".join(f"{percent}%" for percent in sorted({rules.bonus_percent for _, rules in parts}))
        extra = f" and {flat} flat" if flat else ""
        words += f", and a bonus of {say(bonus, currency)} ({named}{extra})"
    spans = [rules.expires_after for _, rules in parts]
    lasting = [span for span in spans if span is not None]
    return StoreCreditPlan(
        currency=currency,
        owed_minor=owed,
        bonus_minor=bonus,
        explanation=f"{words}.",
        expires_after=max(lasting, key=lambda span: span.length) if lasting and len(lasting) == len(spans) else None,
    )


def _paid_lines(credits: Sequence[Credit]) -> dict[str, None]:
    """The lines whose units the plan pays for."""
    prefix = position_key(PositionKind.LINE, "")
    return dict.fromkeys(
        c.position.removeprefix(prefix) for c in credits if c.position.startswith(prefix) and c.quantity
    )


def _paid_for(line_id: str, credits: Sequence[Credit]) -> int:
    keys = (position_key(PositionKind.LINE, line_id), position_key(PositionKind.DUTIES, line_id))
    return sum(credit.credited_minor for credit in credits if credit.position in keys)
