"""The end of a run: payout by payout, the ledger against the provider; whatever differs is a sentence."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from adapters import wiring
from adapters.clock import SystemClock
from cli.demo_shop import DEMO_MERCHANT
from cli.verification import verify_records
from dispatch.ledger_check import LedgerCheck
from domain.cases import EventOutcome
from domain.payouts import Payout, PayoutState
from domain.ports import PaymentStatements
from records.database import SqlRecords
from tests.faults.plan import FALLING, Fate
from tests.faults.player import Played, Standing, is_over

Refund = dict[str, Any]
# What the provider says of a refund whose payout ended so.
PROVIDER_SAYS = {PayoutState.SETTLED: "succeeded", PayoutState.FAILED: "failed", PayoutState.REVERSED: "failed"}


@dataclass
class Audit:
    """What was compared, and every difference."""

    payouts: Counter[str] = field(default_factory=Counter)
    settled_minor: Counter[str] = field(default_factory=Counter)
    provider_minor: Counter[str] = field(default_factory=Counter)
    issues: int = 0
    differences: list[str] = field(default_factory=list)


def audit(
    played: Sequence[tuple[Played, Standing]],
    refunds: Sequence[Refund],
    records: SqlRecords,
    statements: PaymentStatements,
) -> Audit:
    """Every payout has exactly one refund, every refund its payout, and no record contradicts another."""
    found = Audit()
    by_key: defaultdict[str, list[Refund]] = defaultdict(list)
    for refund in refunds:
        by_key[str(refund["metadata"].get("key"))].append(refund)
        if refund["status"] == "succeeded":
            found.provider_minor[str(refund["currency"]).upper()] += refund["amount"]
    for one, standing in played:
        found.issues += len(standing.issues)
        found.differences += _of_return(one, standing, records)
        for payout in _ledger(standing, records):
            found.payouts[str(payout.state)] += 1
            if payout.state is PayoutState.SETTLED:
                found.settled_minor[payout.currency] += payout.amount_minor
            made = by_key.pop(payout.key, [])
            found.differences += compare_payout(payout, made, one)
    found.differences += [f"{key}: the provider made a refund without a payout" for key in by_key]
    if found.settled_minor != found.provider_minor:
        found.differences.append(f"settled {dict(found.settled_minor)}, at the provider {dict(found.provider_minor)}")
    found.differences += _left_over(records)
    # The same comparison that an operator makes; nothing is on its way any more.
    check = LedgerCheck(records, statements, SystemClock(), on_its_way=timedelta(0))
    found.differences += [f"aftercart ledger reconcile: {each.detail}" for each in check.differences()]
    return found


def _ledger(standing: Standing, records: SqlRecords) -> list[Payout]:
    refs = [standing.case.case.ref, *(issue.case.ref for issue in standing.issues)]
    with records.transaction() as tx:
        return [payout for ref in refs for payout in tx.payouts(ref)]


def _of_return(one: Played, standing: Standing, records: SqlRecords) -> Iterator[str]:
    """The return ended, shows what the ledger holds, and its customer has exactly what was owed."""
    name, plan = f"{one.planned.order_id} {one.rma}", standing.case.case.plan
    if not is_over(standing, one.planned):
        yield f"{name} is stuck: {standing.case.progress.state}, {standing.case.progress.next_step}"
    if standing.payouts != _ledger(standing, records):
        yield f"{name} shows other payouts than the ledger holds"
    settled = sum(payout.refunded_minor for payout in standing.payouts)
    if plan is None or settled != plan.total_minor or settled != one.planned.price_minor:
        yield f"{name} owed {one.planned.price_minor} and settled {settled}"
    for balance in records.reads.balances(DEMO_MERCHANT, one.planned.order_id):
        payouts = [payout for payout in standing.payouts if payout.payment_id == balance.payment_id]
        if balance.refunded_minor != sum(payout.refunded_minor for payout in payouts) or balance.pending_minor:
            yield f"{name}: payment {balance.payment_id} has another balance than its payouts"


def compare_payout(payout: Payout, made: Sequence[Refund], one: Played) -> Iterator[str]:
    """A declined payout has no refund at the provider, every other one exactly one, of its amount and payment."""
    fate = next(each.fate for each in one.planned.payments if each.payment_id == payout.payment_id)
    expected = 0 if fate is Fate.DECLINED else 1
    if len(made) != expected:
        yield f"{payout.key} ({fate}) is {len(made)} refunds at the provider instead of {expected}"
    if (fate in FALLING) is not payout.is_owed_again:
        yield f"{payout.key} ({fate}) ended as {payout.state}"
    for refund in made:
        known = (refund["id"], refund["amount"], refund["currency"].upper(), refund["payment_intent"], refund["status"])
        reference, state = one.references[payout.payment_id], PROVIDER_SAYS.get(payout.state, "")
        if known != (payout.provider_reference, payout.amount_minor, payout.currency, reference, state):
            yield f"{payout.key} is {payout} in the ledger and {known} at the provider"


def _left_over(records: SqlRecords) -> Iterator[str]:
    """Nothing contradicts itself, comes out otherwise when computed again, or waits for a person."""
    report = verify_records(records, lambda _: None, conditions=wiring.conditions())
    yield from (*report.differences, *report.without_basis, *report.contradictions)
    for kept in records.reads.money.payment_events(DEMO_MERCHANT, outcome=EventOutcome.PARKED, limit=100):
        yield f"event {kept.event.event_id} of the provider is parked: {kept.detail}"
    for event in records.reads.parked_events(DEMO_MERCHANT, limit=100):
        yield f"event {event.event.event_id} is parked: {event}"
