"""Sessions at the dock: what lies in parcels is rarely what was promised."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from adapters.scans import read_scan
from domain.cases import EventKind, EventOutcome, WaitingFor
from domain.goods_back.receptions import Reception, derive_receptions
from domain.orders import Order
from domain.reimbursements import PaidBefore
from domain.returns.case import PlanBasis, ReturnCase
from domain.returns.changes import Change
from domain.returns.events import apply_event
from domain.returns.progress import derive_progress
from domain.returns.settlement import propose_refund
from tests.builders import (
    ASKED,
    CONDITIONS,
    a_policy,
    a_return_line,
    an_authorized_return,
    an_event,
    an_order,
    an_order_line,
    inspected,
)

POLICY = a_policy()
ORDER = an_order(
    lines=(
        an_order_line("1", sku="MUG", gtin="9506000134352"),
        an_order_line("2", sku="PHONE", quantity=1, serial_numbers=("S1", "S2")),
    )
)


def told(case: ReturnCase, *bodies: dict[str, Any], order: Order = ORDER) -> Change:
    """The return after the dock told all that, session by session."""
    change = Change(case=case)
    for number, body in enumerate(bodies):
        before = len(change.case.goods.receipts)
        event = an_event(EventKind.ITEM_RECEIVED, body, event_id=f"evt_{before}_{number}")
        change = apply_event(change.case, event, policy=POLICY, at=ASKED, order=order)
    return change


def expecting(**units: int) -> ReturnCase:
    """A return of so many units by line: `_1=2` are two of line 1."""
    return an_authorized_return(lines=tuple(a_return_line(name[1:], count) for name, count in units.items()))


def fared(case: ReturnCase) -> dict[str, dict[Reception, int]]:
    """How the units of each line fared."""
    return {line: dict(counts) for line, counts in derive_receptions(case.goods, case.expected).items()}


def codes(*raw: str) -> dict[str, Any]:
    """A session in which these codes were scanned."""
    return {"scans": [read_scan(code).model_dump(mode="json") for code in raw]}


def answer_of(change: Change) -> tuple[EventOutcome, str]:
    """Outcome and code."""
    assert change.answer is not None
    return change.answer.outcome, change.answer.code


def test_as_promised() -> None:
    """The dock says that the parcel came, and nothing else: all that was expected is here."""
    assert fared(told(expecting(_1=2, _2=1), {}).case) == {
        "1": {Reception.RECEIVED: 2},
        "2": {Reception.RECEIVED: 1},
    }


def test_short() -> None:
    """The paper promises two mugs, the parcel holds one: one is received, one missing, and an inspector looks at both."""
    units, missing = [{"line_id": "1", "quantity": 1}], [{"line_id": "1", "quantity": 1}]
    case = told(expecting(_1=2), {"units": units, "missing": missing}).case
    assert fared(case) == {"1": {Reception.RECEIVED: 1, Reception.MISSING: 1}}
    assert derive_progress(case, POLICY).waiting_for is WaitingFor.INSPECTION


def test_an_empty_box() -> None:
    """Nothing is in it: the units are missing, and a person decides instead of a timer."""
    change = told(expecting(_1=2), {"empty": True, "weight_grams": 180})
    assert answer_of(change) == (EventOutcome.APPLIED, "applied")
    assert fared(change.case) == {"1": {Reception.MISSING: 2}}
    assert derive_progress(change.case, POLICY).waiting_for is WaitingFor.INSPECTION
    assert "empty parcel" in change.entries[0].summary


def test_missing_units_turn_up() -> None:
    """The first box was empty, the mugs were in the second: nothing is missing any more."""
    assert fared(told(expecting(_1=2), {"empty": True}, {}, {"units": [{"line_id": "1", "quantity": 2}]}).case) == {
        "1": {Reception.RECEIVED: 2}
    }


def test_the_wrong_item() -> None:
    """A phone with a serial number that was never sold lies in the place of ours: received as a wrong item, with proof."""
    change = told(expecting(_2=1), codes("(01)09506000134352(21)S9", "PHONE") | {"units": [_phone("S9")]})
    assert fared(change.case) == {"2": {Reception.WRONG_ITEM: 1}}
    assert change.entries[0].facts["serial_numbers_not_sold"] == ["S9"]
    assert "something else" in change.entries[0].summary


def test_the_right_serial_number() -> None:
    """The phone that was sold is the phone that came."""
    assert fared(told(expecting(_2=1), {"units": [_phone("S2")]}).case) == {"2": {Reception.RECEIVED: 1}}


def test_a_serial_number_tells_the_line() -> None:
    """Nothing but the serial number can be read: it belongs to the phone."""
    assert fared(told(expecting(_1=1, _2=1), {"units": [{"serial_number": "S1"}]}).case)["2"] == {Reception.RECEIVED: 1}


def test_the_same_unit_is_scanned_twice() -> None:
    """In one session or in two, a serial number is one unit."""
    change = told(expecting(_2=1), {"units": [_phone("S1"), _phone("S1")]}, {"units": [_phone("S1")]})
    assert fared(change.case) == {"2": {Reception.RECEIVED: 1}}
    assert answer_of(change) == (EventOutcome.KEPT, "nothing_expected")


def test_damaged_on_arrival() -> None:
    """The dock sees the damage at once: it is received, and on record as damaged."""
    change = told(expecting(_1=1), {"units": [{"line_id": "1", "damaged": True}]})
    assert fared(change.case) == {"1": {Reception.RECEIVED: 1}}
    assert change.case.goods.receipts[0].units[0].damaged
    assert "1 unit is damaged" in change.entries[0].summary


@pytest.mark.parametrize("code", ["9506000134352", "MUG", "mug", "]C10109506000134352"])
def test_scanned_codes(code: str) -> None:
    """Nobody counted: each scanned code is one unit, of the line that has this EAN or number."""
    change = told(expecting(_1=2), codes("7K3F-Q9X4", code, code))
    assert fared(change.case) == {"1": {Reception.RECEIVED: 2}}
    assert [scan.raw for scan in change.case.goods.receipts[0].scans] == ["7K3F-Q9X4", code, code]


def test_what_nobody_knows() -> None:
    """An unknown code and a thing without any: both are on record as unexpected, and the return waits for its own."""
    change = told(expecting(_1=1), codes("TEAPOT") | {"units": [{"sku": "TEAPOT"}, {"note": "a red scarf"}]})
    assert answer_of(change) == (EventOutcome.KEPT, "unexpected_units")
    assert [(unit.sku, unit.note) for unit in change.case.goods.receipts[0].unexpected] == [
        ("TEAPOT", ""),
        ("", "a red scarf"),
    ]
    assert derive_progress(change.case, POLICY).waiting_for is WaitingFor.PARCEL


@pytest.mark.parametrize(
    ("code", "read"),
    [("TEA\x08POT", "TEAPOT"), ("\x1dTEAPOT\x00", "TEAPOT"), ("\x08", ""), ("T" * 300, "T" * 128)],
)
def test_codes_that_nobody_could_print(code: str, read: str) -> None:
    """What a scanner sends beside the readable characters stays in the raw code, and the parcel is taken in."""
    change = told(expecting(_1=1), codes(code))
    (unit,) = change.case.goods.receipts[0].unexpected
    assert (unit.sku, bool(unit.note)) == (read, not read)
    assert change.case.goods.receipts[0].scans[0].raw == code.strip()


def test_facts_stay_as_they_came() -> None:
    """Session, device, weight, photos and the carrier's number are kept, whatever they mean."""
    photo = {"reference": "s3://dock/1.jpg", "media_type": "image/jpeg", "size_bytes": 5}
    told_by_dock = {
        "session_id": "morning-7",
        "scanner": "zebra-2",
        "weight_grams": 900,
        "tracking_number": "1Z9",
        "note": "wet",
        "photos": [photo],
    }
    (receipt,) = told(expecting(_1=1), told_by_dock).case.goods.receipts
    assert receipt.model_dump(mode="json", include=set(told_by_dock)) == told_by_dock


def test_a_photo_of_a_wrong_kind() -> None:
    """The goods are taken in all the same; the timeline says what is wrong with the photo."""
    photo = {"reference": "s3://dock/1.exe", "media_type": "application/x-msdownload"}
    change = told(expecting(_1=1), {"photos": [photo]})
    assert answer_of(change) == (EventOutcome.APPLIED, "applied")
    assert "A photo cannot be used" in change.entries[0].summary


def test_a_box_after_the_settlement() -> None:
    """The return went on without the second box; when it comes a person looks, and the refund is not held up."""
    case = told(expecting(_1=2), {"units": [{"line_id": "1", "quantity": 1}]}).case
    case = case.with_goods(receiving_ended_at=ASKED)
    look = an_event(EventKind.INSPECTION_RECORDED, inspected(("1", 1)))
    case = apply_event(case, look, policy=POLICY, at=ASKED).case
    basis = PlanBasis(order_version=1, before=PaidBefore())
    settled = propose_refund(case, ORDER, policy=POLICY, conditions=CONDITIONS, basis=basis, at=ASKED).case
    assert settled.plan is not None
    assert settled.plan.total_minor == 1200
    change = told(settled, {})
    assert answer_of(change) == (EventOutcome.PARKED, "after_settlement")
    assert change.case.goods == settled.goods
    assert "Open a return" in change.entries[0].summary


def test_a_person_cannot_find_what_is_not_there() -> None:
    """The dock says that the mug is missing: an inspector who grades it all the same is asked to look again."""
    case = told(expecting(_1=1), {"empty": True}).case
    graded, absent = (
        an_event(EventKind.INSPECTION_RECORDED, inspected(("1", 1), condition=condition), awaits_answer=True)
        for condition in ("as_new", "not_in_parcel")
    )
    assert answer_of(apply_event(case, graded, policy=POLICY, at=ASKED)) == (EventOutcome.REFUSED, "reported_missing")
    believed = apply_event(case, absent, policy=POLICY, at=ASKED).case
    assert fared(believed) == {"1": {Reception.LOST_BY_CARRIER: 1}}


def test_where_units_are_before_they_come() -> None:
    """Expected, then with the carrier, then missing when the wait is over."""
    case = expecting(_1=2)
    assert fared(case) == {"1": {Reception.EXPECTED: 2}}
    moving = apply_event(case, an_event(EventKind.LABEL_SCANNED), policy=POLICY, at=ASKED).case
    assert fared(moving) == {"1": {Reception.IN_TRANSIT: 2}}
    assert fared(moving.with_goods(given_up_at=ASKED)) == {"1": {Reception.MISSING: 2}}


def _phone(serial: str) -> dict[str, Any]:
    return {"line_id": "2", "serial_number": serial}


def test_each_line_is_told_apart() -> None:
    """Two lines in one box, more of one than promised: counts never mix."""
    change = told(expecting(_1=1, _2=1), {"units": [{"line_id": "1", "quantity": 3}, _phone("S1")]})
    assert Counter(fared(change.case)["1"]) == {Reception.RECEIVED: 1, Reception.UNEXPECTED: 2}
    assert fared(change.case)["2"] == {Reception.RECEIVED: 1}
