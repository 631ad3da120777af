"""News about payouts, as every case that pays takes it from the ledger and tells it on its timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.cases import CaseRef, TimelineEntry
from domain.changes import entry
from domain.money import Money
from domain.orders import Order
from domain.payouts import Payout, PayoutMethod, PayoutState, payout_key
from domain.policies import PayoutRules
from domain.reimbursements import PlannedPayout, plan_payouts

_WORDS = {
    PayoutState.PLANNED: "goes on: nothing holds its payment any more.",
    PayoutState.FROZEN: "waits: its payment is under dispute.",
    PayoutState.SENT: "was sent.",
    PayoutState.UNKNOWN: "is in doubt: its answer was lost, so the provider is asked before anything is sent again.",
    PayoutState.MISMATCHED: "is an ALARM: the provider knows its key with another amount, so nothing more is sent.",
    PayoutState.ACCEPTED: "is accepted by the provider and will settle.",
    PayoutState.SETTLED: "is settled.",
    PayoutState.FAILED: "failed.",
    PayoutState.REVERSED: "came back after it had settled.",
    PayoutState.REPORTED: "is said to be paid outside; a second person confirms it.",
    PayoutState.CHARGED_BACK: "is closed: the bank had taken the money before it was sent.",
}


def changed_payouts(known: Sequence[Payout], ledger: Sequence[Payout]) -> tuple[Payout, ...]:
    """The payouts of the ledger that the case knows otherwise or not at all."""
    before = {payout.number: payout for payout in known}
    return tuple(payout for payout in ledger if payout != before.get(payout.number))


def tell_payout(payout: Payout, at: datetime) -> TimelineEntry:
    """What a timeline says about a payout's new state."""
    amount = Money(minor=payout.amount_minor, currency=payout.currency)
    why = f" {payout.failure}" if payout.failure else ""
    return entry(
        at,
        f"refund.{payout.state}",
        f"Payout {payout.number} of {amount} {_WORDS[payout.state]}{why}",
        payout=payout.number,
        amount_minor=payout.amount_minor,
        currency=payout.currency,
        provider_reference=payout.provider_reference,
    )


def place_payouts(
    order: Order,
    owed_minor: int,
    *,
    refundable_minor: Mapping[str, int],
    rules: PayoutRules,
    last: frozenset[str] = frozenset(),
) -> tuple[PlannedPayout, ...]:
    """The owed amount over the payments of the order; the payments `last` only take what no other can."""
    others = {name: minor for name, minor in refundable_minor.items() if name not in last}
    planned = plan_payouts(order, owed_minor, refundable_minor=others, rules=rules)
    left = owed_minor - sum(part.amount_minor for part in planned)
    if left and last:
        rest = {name: minor for name, minor in refundable_minor.items() if name in last}
        planned += plan_payouts(order, left, refundable_minor=rest, rules=rules)
    return planned


def number_payouts(
    ref: CaseRef,
    planned: Sequence[PlannedPayout],
    *,
    currency: str,
    after: int,
    method: PayoutMethod = PayoutMethod.PROVIDER,
) -> tuple[Payout, ...]:
    """The planned payouts of a case, numbered on from `after`, each under its key."""
    return tuple(
        Payout(
            number=number,
            payment_id=part.payment_id,
            amount_minor=part.amount_minor,
            currency=currency,
            state=PayoutState.PLANNED,
            key=payout_key(ref, number),
            method=method,
        )
        for number, part in enumerate(planned, start=after + 1)
    )
