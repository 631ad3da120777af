"""Small refunds that are one large one: what was refunded before without approval counts against the same limit."""

from __future__ import annotations

from collections.abc import Sequence

from domain.money import Money
from domain.policies import Policy, SpentBefore, SplitScope
from domain.returns.case import Finding

_WORDS = {
    SplitScope.ORDER: "for the same order",
    SplitScope.CUSTOMER: "to the same customer",
    SplitScope.ACTOR: "at the request of the same person",
}


def find_splits(amount: Money, spent: Sequence[SpentBefore], *, limit: Money, policy: Policy) -> tuple[Finding, ...]:
    """For each scope in which the amount and what was spent before are together above the limit, the reason."""
    findings = []
    for before in spent:
        if before.currency != amount.currency or not before.amount_minor:
            continue
        earlier = Money(minor=before.amount_minor, currency=before.currency)
        if earlier + amount > limit:
            window = getattr(policy.approval.splits, before.scope)
            detail = (
                f"With the {earlier} refunded {_WORDS[before.scope]} within {window} without approval, "
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
