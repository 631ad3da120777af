"""Which consumer law holds for a line of a request, until when, and what it changes about the shop's terms."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.calendar import DAY, end_of_day, local_day, window_end
from domain.orders import Order
from domain.policies import (
    AmountByCurrency,
    Conditions,
    DeclinedRefund,
    LineTerms,
    Method,
    PayoutRules,
    Policy,
    RefundMoment,
    ShippingRefund,
    Statute,
    find_unmet,
)
from domain.returns.facts import FactSheet, delivery_of


class Right(BaseModel):
    """A right to withdraw that the customer has until `until`, whatever the shop's rules say."""

    model_config = ConfigDict(frozen=True)

    statute: Statute
    until: datetime

    @property
    def title(self) -> str:
        """The law in words."""
        return self.statute.right.title


def find_right(order: Order, facts: FactSheet, *, policy: Policy, conditions: Conditions) -> Right | None:
    """The right that the law gives for goods of this line; None where no law of the policy holds or it exempts them.

    Raises ConditionFailed when the exemption cannot be evaluated. An order in several parcels counts from the last.
    """
    for statute in policy.statutes:
        if facts["country"] not in statute.right.countries:
            continue
        exempt = bool(statute.exempt_when) and not find_unmet(statute.exempt_when, facts, conditions=conditions)
        if not exempt:
            return Right(statute=statute, until=_end_of_right(order, statute, policy=policy))
    return None


def overrule_terms(terms: LineTerms, right: Right) -> tuple[LineTerms, tuple[str, ...]]:
    """The terms as far as the law allows them, and what it changed, in words."""
    changes: dict[str, Any] = {"statute": right.statute.pack}
    words = []
    if terms.fees.restocking_percent or terms.fees.restocking_flat.minor:
        changes["fees"] = terms.fees.model_copy(update={"restocking_percent": 0, "restocking_flat": AmountByCurrency()})
        words.append(f"{right.title}: no restocking fee.")
    if terms.refund_at is not RefundMoment.FIRST_SCAN:
        changes["refund_at"] = RefundMoment.FIRST_SCAN
        words.append(
            f"{right.title}: the money goes back within {right.statute.right.refund_within} of the earlier of proof of "
            "sending and goods back."
        )
    if Method.ORIGINAL_PAYMENT not in terms.methods:
        changes["methods"] = (Method.ORIGINAL_PAYMENT, *terms.methods)
        words.append(f"{right.title}: the original payment is always offered.")
    return terms.model_copy(update=changes), tuple(words)


def overrule_settlement(policy: Policy) -> Policy:
    """The policy by which a withdrawal is settled: the standard delivery is owed when the whole order comes back."""
    if policy.original_shipping is not ShippingRefund.NEVER:
        return policy
    return policy.model_copy(update={"original_shipping": ShippingRefund.STANDARD_FOR_WHOLE_ORDER})


def overrule_payouts(rules: PayoutRules) -> PayoutRules:
    """The rules by which a withdrawal is paid: nobody is given credit for money without having asked for it."""
    return rules.model_copy(update={"when_declined": DeclinedRefund.ASK})


def _end_of_right(order: Order, statute: Statute, *, policy: Policy) -> datetime:
    zone, right = policy.time_zone, statute.right
    start = max(delivery_of(order, line.line_id, policy=policy) for line in order.lines)
    end = window_end(start, days=right.days, zone=zone, last_day_counts=True)
    if not right.ends_on_working_day:
        return end
    # `end` is the first moment after the last day.
    last_day = local_day(end, zone) - DAY
    return end_of_day(policy.calendar.next_working_day(last_day), zone)
