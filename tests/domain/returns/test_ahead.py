"""Money that goes back before the inspection: at the scan or at the receipt, and what the inspection then says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.goods_back.dock import ReceivedUnits
from domain.goods_back.facts import Condition, Grade, InspectedUnits, Inspection, Receipt, UnitCount
from domain.payouts import Payout, PayoutState
from domain.policies import DecisionRecord, LineDecision, LineTerms, RefundMoment, Shortfall, Statute
from domain.policies.statutes import StatutePack
from domain.reimbursements import PaidBefore
from domain.returns.ahead import (
    is_ready_ahead,
    lowered_to_minor,
    owed_back_minor,
    units_due_ahead,
    units_kept,
    when_short,
)
from domain.returns.case import Approval, Decision, Eligibility, PlanBasis, ReturnCase, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.settlement import is_ready_to_propose, propose_refund
from tests.builders import (
    ASKED,
    CONDITIONS,
    DOCK,
    SUPERVISOR,
    a_policy,
    a_return_line,
    an_authorized_return,
    an_order,
    an_order_line,
)

HOUR = timedelta(hours=1)
ORDER = an_order(lines=(an_order_line(), an_order_line("2", unit_price_minor=500)))


def granted(*moments: RefundMoment, when_short: Shortfall = Shortfall.REVIEW, **facts: Any) -> ReturnCase:
    """A return of both units of line 1 (and 2), each with its moment."""
    lines = tuple(a_return_line(str(number + 1), quantity=2) for number in range(len(moments)))
    decisions = tuple(
        LineDecision(
            line_id=line.line_id,
            verdict="authorized",
            inputs={},
            tables=(),
            terms=LineTerms(refund_at=moment, when_short=when_short),
        )
        for line, moment in zip(lines, moments, strict=True)
    )
    record = DecisionRecord(policy="p", asked_at=ASKED, lines=decisions)
    eligibility = Eligibility(verdict=Verdict.AUTHORIZED, decision=record)
    return an_authorized_return(lines=lines, eligibility=eligibility, **facts)


def scanned(case: ReturnCase) -> ReturnCase:
    """The carrier has the parcel."""
    return case.with_delivery(1, scanned_at=ASKED + HOUR)


def test_nothing_before_the_scan() -> None:
    """A promise to send is no proof of sending."""
    assert units_due_ahead(granted(RefundMoment.FIRST_SCAN)) == {}
    assert not is_ready_ahead(granted(RefundMoment.FIRST_SCAN))


def test_at_the_scan() -> None:
    """What is paid at the scan is due with it; what is paid at receipt or after inspection is not."""
    case = scanned(granted(RefundMoment.FIRST_SCAN, RefundMoment.RECEIPT))
    assert units_due_ahead(case) == {"1": 2}
    assert is_ready_ahead(case)
    assert not is_ready_ahead(scanned(granted(RefundMoment.INSPECTION)))


def test_more_than_once_is_not_ready() -> None:
    """What was proposed ahead is proposed anew only when more units are due."""
    case = scanned(granted(RefundMoment.FIRST_SCAN))
    basis = PlanBasis(order_version=1, before=PaidBefore(), ahead={"1": 2})
    proposed = propose_refund(case, ORDER, policy=a_policy(), conditions=CONDITIONS, basis=basis, at=ASKED).case
    assert proposed.plan is not None
    assert proposed.plan.total_minor == 2400
    assert proposed.goods.dispositions == ()
    assert not is_ready_ahead(proposed)
    assert not is_ready_to_propose(proposed)


def test_the_most_careful_rule_counts() -> None:
    """Of two lines, one forgiven and one reviewed, a person looks."""
    assert when_short(granted(RefundMoment.FIRST_SCAN, when_short=Shortfall.WRITE_OFF)) is Shortfall.WRITE_OFF
    assert when_short(an_authorized_return()) is Shortfall.REVIEW


@pytest.mark.parametrize(
    ("rule", "asked", "owed"),
    [(Shortfall.REVIEW, True, 0), (Shortfall.RECEIVABLE, False, 1200), (Shortfall.WRITE_OFF, False, 0)],
)
def test_goods_that_are_worth_less(rule: Shortfall, asked: bool, owed: int) -> None:
    """Paid for two, one was accepted: a person decides, the customer owes it, or it is left with them, by the rule."""
    case = scanned(granted(RefundMoment.FIRST_SCAN, when_short=rule))
    payout = Payout(number=1, key="k", payment_id="card", amount_minor=2400, currency="GBP", state=PayoutState.SETTLED)
    basis = PlanBasis(order_version=1, before=PaidBefore(), ahead={"1": 2})
    ahead = propose_refund(case, ORDER, policy=a_policy(), conditions=CONDITIONS, basis=basis, at=ASKED).case
    paid = ahead.with_facts(payouts=(payout,))
    final = PlanBasis(order_version=1, before=PaidBefore(), paid_ahead_minor=2400)
    found = one_accepted(paid)
    assert is_ready_to_propose(found)
    borne = propose_refund(found, ORDER, policy=a_policy(), conditions=CONDITIONS, basis=final, at=ASKED).case
    assert borne.plan is not None
    assert borne.plan.total_minor == 1200
    assert bool(borne.approval_reasons) is asked
    assert owed_back_minor(borne) == owed
    everything = (UnitCount(line_id="1", quantity=2),)
    assert (units_kept(borne) == everything) is (owed == 0)


def one_accepted(case: ReturnCase) -> ReturnCase:
    """Both units arrived, and the inspector accepts one."""
    units = (ReceivedUnits(line_id="1", quantity=2),)
    receipt = Receipt(event_id="r", at=ASKED + 2 * HOUR, actor=DOCK, units=units)
    good = InspectedUnits(line_id="1", quantity=1, condition=Condition.AS_NEW, grade=Grade.A, accepted=True)
    bad = good.model_copy(update={"condition": Condition.DAMAGED, "grade": Grade.D, "accepted": False})
    inspection = Inspection(event_id="i", at=ASKED + 3 * HOUR, actor=DOCK, units=(good, bad))
    return case.with_goods(receipts=(receipt,), inspections=(inspection,))


@pytest.mark.parametrize(
    ("units", "accepted", "counts"),
    [
        pytest.param({"1": 1}, 0, True, id="the unit that somebody looked at"),
        pytest.param({"1": 2}, 0, False, id="one more has come since"),
        pytest.param(None, 1, True, id="it was inspected"),
        pytest.param(None, 2, False, id="two were inspected"),
    ],
)
def test_a_lowered_refund_ahead_is_about_its_units(units: dict[str, int] | None, accepted: int, counts: bool) -> None:
    """Somebody lowered what was to be paid for one scratched unit: of the next one that says nothing."""
    lowered = Approval(
        event_id="e", at=ASKED, actor=SUPERVISOR, decision=Decision.REDUCE, reduced_to_minor=700, note="scratched"
    )
    basis = PlanBasis(order_version=1, before=PaidBefore(), ahead={"1": 1})
    case = granted(RefundMoment.RECEIPT, approval=lowered, plan_basis=basis)
    good = InspectedUnits(line_id="1", quantity=2, condition=Condition.AS_NEW, grade=Grade.A, accepted=True)
    came = (ReceivedUnits(line_id="1", quantity=accepted),) if accepted else ()
    case = case.with_goods(
        receipts=(Receipt(event_id="r", at=ASKED, actor=DOCK, units=came),),
        inspections=(Inspection(event_id="i", at=ASKED, actor=DOCK, units=(good,)),),
    )
    assert lowered_to_minor(case, units) == (700 if counts else None)


def test_the_law_pays_at_the_scan() -> None:
    """A withdrawal under the law is paid at the proof of sending, whatever the shop's table says."""
    policy = a_policy(statutes=(Statute(pack=StatutePack.UK_WITHDRAWAL),))
    eligibility = decide_eligibility(
        ORDER, [a_return_line(quantity=2)], policy=policy, conditions=CONDITIONS, taken={}, now=ASKED
    )
    case = an_authorized_return(lines=(a_return_line(quantity=2),), eligibility=eligibility)
    assert units_due_ahead(scanned(case)) == {"1": 2}
