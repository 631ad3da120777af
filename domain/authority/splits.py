"""Small grants that are one large one: what was granted before without approval counts against the same limit."""

from __future__ import annotations

from collections.abc import Sequence

from domain.money import Money
from domain.policies import Action, Policy, SpentBefore, SplitScope
from domain.returns.case import Finding

_WORDS = {
    SplitScope.ORDER: "for the same order",
    SplitScope.CUSTOMER: "to the same customer",
    SplitScope.ACTOR: "at the request of the same person",
}


# What sets rules aside pays nothing by itself.
EXCEPTIONS = frozenset({Action.POLICY_EXCEPTION, Action.EXCHANGE_OVERRIDE, Action.FEE_WAIVER, Action.LATE_CANCELLATION})


def find_splits(
    amount: Money, spent: Sequence[SpentBefore], *, limit: Money, policy: Policy, action: Action = Action.REFUND
) -> tuple[Finding, ...]:
    """For each scope in which the amount and what was spent before are together above the limit, the reason."""
    findings = []
    verb = "granted" if action in EXCEPTIONS else "refunded"
    for before in spent:
        if before.currency != amount.currency or not before.amount_minor:
            continue
        earlier = Money(minor=before.amount_minor, currency=before.currency)
        if earlier + amount > limit:
            window = getattr(policy.approval.splits, before.scope)
            detail = (
                f"With the {earlier} {verb} {_WORDS[before.scope]} within {window} without approval, "
                f"{amount} makes {earlier + amount}, above the limit of {limit}."
            )
            findings.append(
                Finding(
                    rule="split_above_limit",
                    policy_rule=f"approval.splits.{before.scope}",
                    detail=detail,
                    way_out="A supervisor decides.",
                )
            )
    return tuple(findings)
