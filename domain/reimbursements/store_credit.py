"""Store credit instead of money, with the shop's bonus."""

from __future__ import annotations

from fractions import Fraction

from domain.money import round_half_up
from domain.policies import StoreCreditRules
from domain.reimbursements.amounts import ReimbursementPart, ReimbursementPlan
from domain.reimbursements.wording import say


class StoreCreditPlan(ReimbursementPart):
    """A store credit: what was owed, and the shop's bonus for taking it this way."""

    currency: str
    owed_minor: int
    bonus_minor: int
    explanation: str

    @property
    def credit_minor(self) -> int:
        """What the customer can spend."""
        return self.owed_minor + self.bonus_minor


def plan_store_credit(plan: ReimbursementPlan, rules: StoreCreditRules) -> StoreCreditPlan:
    """The credit that replaces the refund of `plan`; nothing owed earns no bonus. Source: policy table methods.

    The bonus is the shop's gift: it is no part of what the payments held, so it never counts against them.
    """
    owed = plan.total_minor
    flat = rules.bonus_flat.within(plan.currency)
    bonus = round_half_up(Fraction(owed * rules.bonus_percent, 100)) + (flat.minor if flat else 0) if owed > 0 else 0
    words = f"{say(owed, plan.currency)} owed"
    if bonus:
        extra = f" and {flat} flat" if flat else ""
        words += f", and a bonus of {say(bonus, plan.currency)} ({rules.bonus_percent}%{extra})"
    return StoreCreditPlan(currency=plan.currency, owed_minor=owed, bonus_minor=bonus, explanation=f"{words}.")
