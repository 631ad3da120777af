"""Receipt, inspection and the states of a return."""

from __future__ import annotations

from datetime import timedelta

from domain.cases import EventKind, EventOutcome
from domain.goods_back.counts import accepted_units, outstanding_units, received_units
from domain.policies import (
    Disposition,
    Policy,
)
from domain.reimbursements import PaidBefore, plan_reimbursement
from domain.returns.case import (
    Eligibility,
    ReturnCase,
    Verdict,
)
from domain.returns.changes import Change
from domain.returns.dispositions import dispose_return
from domain.returns.events import apply_event
from domain.returns.opening import close_return
from domain.returns.progress import derive_progress
from domain.returns.units import units_to_reimburse
from tests.builders import (
    ASKED,
    CONDITIONS,
    SUPERVISOR,
    a_policy,
    a_return_line,
    an_authorized_return,
    an_event,
    an_order,
    an_order_line,
    decided,
    inspected,
    received,
)
from tests.domain.baskets import basket, goods
from tests.scenarios.catalogue import Figures, otherwise, passes

SOLIDUS, SPREE, MEDUSA = "solidusio/solidus", "spree/spree", "medusajs/medusa"
ONE_UNIT = an_order(lines=(an_order_line(quantity=1),))
LATER = ASKED + timedelta(days=1)


@passes("SC036", SOLIDUS)
def only_accepted_units_are_paid(policy: Policy) -> Figures:
    """Of three lines one is accepted, one rejected and one was not looked at: only the first is paid for."""
    lines = tuple(a_return_line(name) for name in "abc")
    case = apply_bodies(
        an_authorized_return(lines=lines),
        received(("a", 1), ("b", 1), ("c", 1)),
        inspected(("a", 1)),
        inspected(("b", 1), accepted=False),
        policy=policy,
    ).case
    assert [unit.line_id for unit in units_to_reimburse(case.lines, accepted_units(case.goods), policy)] == ["a"]
    return {}


@passes("SC047", SOLIDUS, stock_delta=0)
def lost_on_the_way(policy: Policy) -> Figures:
    """A unit lost by the carrier is accepted for a refund, and nothing is put into stock."""
    case = _inspected_return(policy, condition="not_in_parcel", grade="D")
    assert accepted_units(case.goods) == {"1": 1}
    return {"stock_delta": _restocked(case)}


@passes("SC054", SOLIDUS, accepted=False)
def received_twice(policy: Policy) -> Figures:
    """The dock books the only unit a second time: it does not count again."""
    once = apply_bodies(an_authorized_return(), received(("1", 1)), policy=policy)
    twice = apply_bodies(once.case, received(("1", 1)), policy=policy)
    assert twice.answer is not None
    return {"accepted": received_units(twice.case.goods) != received_units(once.case.goods)}


@passes("SC056", SOLIDUS, accepted=False)
def cancelled_after_receipt(policy: Policy) -> Figures:
    """The warehouse has the goods: the return can no longer be cancelled."""
    case = apply_bodies(an_authorized_return(), received(("1", 1)), policy=policy).case
    change = apply_event(case, an_event(EventKind.CANCEL_REQUESTED), policy=policy, at=LATER)
    return {"accepted": change.case.cancelled_at is not None}


@passes("SC057", SOLIDUS, accepted=False)
def refused_is_final(policy: Policy) -> Figures:
    """A supervisor refused; nobody accepts or refuses it again."""
    case = an_authorized_return(eligibility=Eligibility(verdict=Verdict.IN_REVIEW))
    no, yes = (
        an_event(EventKind.APPROVAL_DECIDED, decided(word), actor=SUPERVISOR, event_id=f"evt_{word}")
        for word in ("refuse", "approve")
    )
    refused = apply_event(case, no, policy=policy, at=LATER)
    again = apply_event(refused.case, yes, policy=policy, at=LATER)
    assert again.answer is not None
    return {"accepted": again.answer.outcome is EventOutcome.APPLIED}


@otherwise(
    "SC063",
    SPREE,
    {"accepted": False},
    ours={"counted": 1, "unexpected": 1},
    reason="Nothing that arrived is dropped: what the return promised counts, the rest is on record as unexpected.",
)
def more_received_than_promised(policy: Policy) -> Figures:
    """Two units arrive on a return of one."""
    case = apply_bodies(an_authorized_return(), received(("1", 2)), policy=policy).case
    return {"counted": received_units(case.goods)["1"], "unexpected": case.goods.receipts[0].unexpected[0].quantity}


@passes("SC064", SPREE, stock_delta=0)
def not_fit_for_sale(policy: Policy) -> Figures:
    """A damaged unit is counted as received and does not go into stock."""
    case = _inspected_return(policy, condition="damaged", grade="D")
    assert received_units(case.goods)["1"] == 1
    return {"stock_delta": _restocked(case)}


@passes("SC068", SPREE)
def only_what_came_is_credited(policy: Policy) -> Figures:
    """Of two lines one arrives: the plan has that line alone."""
    case = an_authorized_return(lines=(a_return_line("a"), a_return_line("b")))
    case = apply_bodies(case, received(("a", 1)), inspected(("a", 1)), policy=policy).case
    order = basket(goods("a", 1, 1000), goods("b", 1, 1000))
    units = units_to_reimburse(case.lines, accepted_units(case.goods), policy)
    plan = plan_reimbursement(order, units, before=PaidBefore(), policy=policy)
    assert [line.line_id for line in plan.lines] == ["a"]
    return {}


@otherwise(
    "SC085",
    MEDUSA,
    {"accepted": False},
    ours={"received": 2, "unexpected": 1, "inspected": 0},
    reason="A dock cannot un-receive: the third unit is kept as unexpected. An inspection of more than came is refused.",
)
def three_received_of_two(policy: Policy) -> Figures:
    """Three arrive on a return of two; then one good and two damaged are inspected."""
    case = apply_bodies(
        an_authorized_return(lines=(a_return_line(quantity=2),)), received(("1", 3)), policy=policy
    ).case
    body = {"units": inspected(("1", 1))["units"] + inspected(("1", 2), condition="damaged")["units"]}
    event = an_event(EventKind.INSPECTION_RECORDED, body, awaits_answer=True)
    change = apply_event(case, event, policy=policy, at=LATER)
    return {
        "received": received_units(case.goods)["1"],
        "unexpected": case.goods.receipts[0].unexpected[0].quantity,
        "inspected": len(change.case.goods.inspections),
    }


@passes("SC086", MEDUSA, requested=0, received=1, dismissed=1, written_off=1)
def one_good_one_damaged(policy: Policy) -> Figures:
    """Two asked for; one arrives good and one damaged (our words: restocked, and quarantined out of stock)."""
    case = _good_and_damaged(policy)
    quarantined = _disposed(case, Disposition.QUARANTINE)
    return {
        "requested": sum(outstanding_units(case.goods, case.expected).values()),
        "received": _restocked(case),
        "dismissed": quarantined,
        "written_off": quarantined,
    }


@passes("SC087", MEDUSA, received=2, damaged=1, stock=3)
def only_the_good_unit_goes_to_stock(policy: Policy) -> Figures:
    """Two in stock; one good and one damaged come back: three in stock."""
    case = _good_and_damaged(policy)
    damaged = _disposed(case, Disposition.QUARANTINE)
    return {"received": received_units(case.goods)["1"], "damaged": damaged, "stock": 2 + _restocked(case)}


@passes("SC088", MEDUSA, accepted=False)
def a_receipt_of_nothing(policy: Policy) -> Figures:
    """A receipt of zero units cannot be read; it is parked and changes nothing."""
    change = apply_bodies(an_authorized_return(), received(("1", 0)), policy=policy)
    assert change.answer is not None
    assert change.answer.outcome is EventOutcome.PARKED
    return {"accepted": bool(change.case.goods.receipts)}


@otherwise(
    "SC090",
    MEDUSA,
    {"http": 404},
    ours={"state": "cancelled", "answer": "case_closed"},
    reason="Nothing on record disappears: the return stays readable as cancelled, and further news is told so.",
)
def a_cancelled_request(policy: Policy) -> Figures:
    """A return was cancelled, and then somebody confirms it."""
    cancel = an_event(EventKind.CANCEL_REQUESTED)
    case = apply_event(an_authorized_return(), cancel, policy=policy, at=LATER).case
    closed = close_return(case, policy=policy, at=LATER).case
    change = apply_bodies(closed, received(("1", 1)), policy=policy)
    assert change.answer is not None
    return {"state": derive_progress(closed, policy).state, "answer": change.answer.code}


def apply_bodies(case: ReturnCase, *bodies: Figures, policy: Policy) -> Change:
    """The last change of a return to which receipts and inspections happened."""
    change = Change(case=case)
    for number, body in enumerate(bodies):
        kind = EventKind.INSPECTION_RECORDED if "condition" in body["units"][0] else EventKind.ITEM_RECEIVED
        event = an_event(kind, body, event_id=f"evt_{number}_{len(change.case.goods.receipts)}")
        change = apply_event(change.case, event, policy=policy, at=LATER)
    return change


def _inspected_return(policy: Policy, *, condition: str, grade: str) -> ReturnCase:
    bodies = received(("1", 1)), inspected(("1", 1), condition=condition, grade=grade)
    return apply_bodies(an_authorized_return(), *bodies, policy=policy).case


def _good_and_damaged(policy: Policy) -> ReturnCase:
    bodies = received(("1", 2)), inspected(("1", 1)), inspected(("1", 1), condition="damaged", grade="D")
    return apply_bodies(an_authorized_return(lines=(a_return_line(quantity=2),)), *bodies, policy=policy).case


def _restocked(case: ReturnCase) -> int:
    return _disposed(case, Disposition.RESTOCK)


def _disposed(case: ReturnCase, disposition: Disposition) -> int:
    units = dispose_return(case, an_order(), policy=a_policy(), conditions=CONDITIONS)
    return sum(unit.quantity for unit in units if unit.disposition is disposition)
