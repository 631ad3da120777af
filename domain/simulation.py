"""What another policy would have decided on requests of the past, and what that means in money.

Each request is taken by itself: as if no other return of its order existed and every unit were accepted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from domain.goods_back.counts import count_units
from domain.orders import Order
from domain.policies import Conditions, LineTerms, Policy
from domain.reimbursements import PaidBefore, ReimbursedUnits, plan_reimbursement
from domain.returns.case import ReturnCase, Verdict
from domain.returns.eligibility import find_request_errors, judge_lines, severest
from domain.returns.judging import Judgement
from domain.returns.units import settlement_policy, units_to_reimburse

# The fields of a policy that `domain.reimbursements` reads for goods that come back.
SETTLING = ("rounding", "duties", "gifts", "promotions", "original_shipping", "standard_shipping")


class SimulationPart(BaseModel):
    """Parts of a simulation are values."""

    model_config = ConfigDict(frozen=True)


class Outcome(SimulationPart):
    """What a policy says to one request: the verdict, the rules that speak against it, and what would be paid."""

    verdict: Verdict
    rules: tuple[str, ...]
    refund_minor: int


class SimulatedCase(SimulationPart):
    """One case under the policy that it was opened under, and under the other one."""

    rma: str
    order_id: str
    customer_id: str
    currency: str
    before: Outcome
    after: Outcome

    @property
    def changed(self) -> bool:
        """Whether the customer would notice."""
        return self.before != self.after

    @property
    def difference_minor(self) -> int:
        """What the customer would get more, or less when negative."""
        return self.after.refund_minor - self.before.refund_minor


class AffectedCustomer(SimulationPart):
    """A customer who would be worse off: their cases, and what they would lose."""

    customer_id: str
    currency: str
    cases: tuple[str, ...]
    lost_minor: int


class VerdictChange(SimulationPart):
    """How many cases would get another verdict."""

    before: Verdict
    after: Verdict
    cases: int


class MoneyTotal(SimulationPart):
    """What would be paid in one currency."""

    currency: str
    before_minor: int
    after_minor: int


class Simulation(SimulationPart):
    """What another policy would have changed; in an order that depends on the cases alone."""

    policy: str
    cases: int
    not_judged: Annotated[int, Field(description="Impossible requests, which no policy judges.")]
    verdicts: tuple[VerdictChange, ...]
    money: tuple[MoneyTotal, ...]
    changed: tuple[SimulatedCase, ...]
    refused_customers: tuple[AffectedCustomer, ...]
    poorer_customers: tuple[AffectedCustomer, ...]


@dataclass(frozen=True)
class Settled:
    """All that a refund depends on beside the order: the units with their fees, and the fields of the policy that count."""

    units: tuple[ReimbursedUnits, ...]
    fields: tuple[object, ...]


@dataclass(frozen=True)
class PastRequest:
    """A request of the past with what its own policy says to it, to which any number of others are compared."""

    case: ReturnCase
    order: Order
    outcome: Outcome
    settled: Settled | None


def judge_past(case: ReturnCase, order: Order, *, policy: Policy, conditions: Conditions) -> PastRequest | None:
    """The request under its own policy; None when it is impossible, which no other policy changes."""
    if find_request_errors(order, case.lines, policy=policy, taken={}):
        return None
    outcome, settled = _outcome(case, order, policy=policy, conditions=conditions)
    return PastRequest(case, order, outcome, settled)


def compare(past: PastRequest, after: Policy, *, conditions: Conditions) -> SimulatedCase:
    """The request under its own policy and under the other one."""
    case, order = past.case, past.order
    outcome, _ = _outcome(case, order, policy=after, conditions=conditions, known=past)
    return SimulatedCase(
        rma=case.ref.rma,
        order_id=case.order_id,
        customer_id=order.customer.customer_id,
        currency=order.currency,
        before=past.outcome,
        after=outcome,
    )


def simulate_case(
    case: ReturnCase, order: Order, *, before: Policy, after: Policy, conditions: Conditions
) -> SimulatedCase | None:
    """The request under both policies; None when it is impossible under its own, which no other policy changes."""
    past = judge_past(case, order, policy=before, conditions=conditions)
    return None if past is None else compare(past, after, conditions=conditions)


def sum_up(policy: str, cases: Iterable[SimulatedCase | None]) -> Simulation:
    """The cases together; None counts as not judged."""
    verdicts: Counter[tuple[Verdict, Verdict]] = Counter()
    money: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    changed: list[SimulatedCase] = []
    count = not_judged = 0
    for case in cases:
        count += 1
        if case is None:
            not_judged += 1
            continue
        verdicts[(case.before.verdict, case.after.verdict)] += 1
        money[case.currency][0] += case.before.refund_minor
        money[case.currency][1] += case.after.refund_minor
        if case.changed:
            changed.append(case)
    changed.sort(key=lambda case: case.rma)
    refused = [case for case in changed if case.after.verdict is Verdict.REFUSED is not case.before.verdict]
    poorer = [case for case in changed if case.difference_minor < 0 and case.after.verdict is not Verdict.REFUSED]
    return Simulation(
        policy=policy,
        cases=count,
        not_judged=not_judged,
        verdicts=tuple(
            VerdictChange(before=old, after=new, cases=number) for (old, new), number in sorted(verdicts.items())
        ),
        money=tuple(
            MoneyTotal(currency=currency, before_minor=old, after_minor=new)
            for currency, (old, new) in sorted(money.items())
        ),
        changed=tuple(changed),
        refused_customers=_by_customer(refused),
        poorer_customers=_by_customer(poorer),
    )


def _outcome(
    case: ReturnCase, order: Order, *, policy: Policy, conditions: Conditions, known: PastRequest | None = None
) -> tuple[Outcome, Settled | None]:
    """What the policy says, and what its refund was computed from, if it pays one."""
    unknown = find_request_errors(order, case.lines, policy=policy, taken={})
    if unknown:
        errors = tuple(finding.rule for finding in unknown)
        return Outcome(verdict=Verdict.REFUSED, rules=errors, refund_minor=0), None
    is_gift = case.gift is not None
    judged = judge_lines(
        order, case.lines, policy=policy, conditions=conditions, now=case.requested_at, is_gift=is_gift
    )
    verdict = severest(judgement.verdict for judgement in judged.values())
    rules = [finding.policy_rule or finding.rule for judgement in judged.values() for finding in judgement.findings]
    said: dict[str, Any] = {"verdict": verdict, "rules": tuple(dict.fromkeys(rules))}
    if verdict is Verdict.REFUSED:
        return Outcome(refund_minor=0, **said), None
    refund, settled = _refund(case, order, judged, policy=policy, known=known)
    return Outcome(refund_minor=refund, **said), settled


def _refund(
    case: ReturnCase, order: Order, judged: Mapping[str, Judgement], *, policy: Policy, known: PastRequest | None
) -> tuple[int, Settled]:
    """What would be paid; what was worked out from the very same before is not worked out again."""
    terms: dict[str, LineTerms] = {line_id: judgement.terms for line_id, judgement in judged.items()}
    units = units_to_reimburse(case.lines, count_units(case.lines), policy, terms=terms)
    settling = settlement_policy(policy, terms)
    settled = Settled(tuple(units), tuple(getattr(settling, name) for name in SETTLING))
    if known is not None and known.settled == settled:
        return known.outcome.refund_minor, settled
    return plan_reimbursement(order, units, before=PaidBefore(), policy=settling).total_minor, settled


def _by_customer(cases: Iterable[SimulatedCase]) -> tuple[AffectedCustomer, ...]:
    affected: defaultdict[tuple[str, str], list[SimulatedCase]] = defaultdict(list)
    for case in cases:
        affected[(case.customer_id, case.currency)].append(case)
    return tuple(
        AffectedCustomer(
            customer_id=customer_id,
            currency=currency,
            cases=tuple(case.rma for case in theirs),
            lost_minor=-sum(case.difference_minor for case in theirs),
        )
        for (customer_id, currency), theirs in sorted(affected.items())
    )
