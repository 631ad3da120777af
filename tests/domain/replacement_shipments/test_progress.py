"""Where a replacement shipment stands: derived from facts, whatever the order in which they came."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import CaseKind, CaseRef, EventKind, EventOutcome, InboxEvent, WaitingFor
from domain.replacement_shipments.case import Goods, ReplacementShipment
from domain.replacement_shipments.counts import count_goods, shipped_units
from domain.replacement_shipments.events import apply_event
from domain.replacement_shipments.opening import (
    ShipmentChange,
    ShipmentPlan,
    close_shipment,
    open_shipment,
    pass_deadline,
)
from domain.replacement_shipments.progress import derive_progress
from domain.replacement_shipments.reports import report_shipment
from domain.replacement_shipments.views import view_shipment
from tests.builders import ASKED, DOCK, MERCHANT, STOREFRONT, a_policy, a_return

REF = CaseRef(merchant=MERCHANT, rma="9WQ4-T6MX", kind=CaseKind.REPLACEMENT_SHIPMENT)
POLICY = a_policy()
LATER = ASKED + timedelta(hours=1)


def a_shipment(*units: tuple[str, int], ship_at_once: bool = False, **facts: Any) -> ReplacementShipment:
    """Ten blue mugs, promised by a return."""
    plan = ShipmentPlan(
        number_in_case=1,
        goods=tuple(Goods(sku=sku, quantity=quantity) for sku, quantity in units or (("BLUE", 10),)),
        warehouse="main",
        reserve_until=ASKED + timedelta(days=14),
        ship_at_once=ship_at_once,
    )
    return open_shipment(REF, a_return(), plan, actor=STOREFRONT, at=ASKED).with_facts(**facts)


def a_told_shipment(*units: tuple[str, int], **facts: Any) -> ReplacementShipment:
    """The same after the warehouse was told to ship."""
    told = {"reserved_at": ASKED, "handing_over_at": ASKED, "handed_over_at": ASKED}
    return a_shipment(*units, ship_at_once=True, **(told | facts))


def an_event(kind: EventKind, payload: dict[str, Any] | None = None, **changes: Any) -> InboxEvent:
    """News of the shipment."""
    values: dict[str, Any] = {"event_id": f"evt_{kind}", "occurred_at": LATER, "received_at": LATER, "actor": DOCK}
    return InboxEvent(
        merchant=MERCHANT, rma=REF.rma, kind=kind, payload=payload or {}, case_kind=REF.kind, **(values | changes)
    )


def news(parcel: str, state: str, *units: tuple[str, int]) -> InboxEvent:
    """The warehouse tells of a parcel."""
    told = [{"sku": sku, "quantity": quantity} for sku, quantity in units]
    return an_event(EventKind.SHIPMENT_CHANGED, {"delivery_id": parcel, "state": state, "units": told})


def after(shipment: ReplacementShipment, *events: InboxEvent) -> ReplacementShipment:
    """The shipment after all of them."""
    for event in events:
        shipment = apply(shipment, event).case
    return shipment


def apply(shipment: ReplacementShipment, event: InboxEvent) -> ShipmentChange:
    """What one event does."""
    change = apply_event(shipment, event, policy=POLICY, at=LATER)
    assert len(change.entries) == 1, "whatever comes, the timeline says so"
    return change


def stands(shipment: ReplacementShipment) -> tuple[str, WaitingFor]:
    """State, and what it waits for."""
    progress = derive_progress(shipment, POLICY)
    return progress.state, progress.waiting_for


@pytest.mark.parametrize(
    ("shipment", "expected"),
    [
        (a_shipment(), ("planned", WaitingFor.STOCK)),
        (a_shipment(reserved_at=ASKED), ("reserved", WaitingFor.GO_AHEAD)),
        (a_shipment(short_at=ASKED, shortage="none left"), ("out_of_stock", WaitingFor.CLOSING)),
        (a_shipment(lapsed_at=ASKED), ("releasing", WaitingFor.RELEASE)),
        (a_shipment(reserved_at=ASKED, lapsed_at=ASKED), ("releasing", WaitingFor.RELEASE)),
        (a_shipment(lapsed_at=ASKED, released_at=LATER), ("lapsed", WaitingFor.CLOSING)),
        (a_shipment(ship_at_once=True), ("planned", WaitingFor.STOCK)),
        (a_shipment(ship_at_once=True, reserved_at=ASKED), ("shipping", WaitingFor.HANDOVER)),
        (a_told_shipment(), ("shipping", WaitingFor.DISPATCH)),
        (a_told_shipment(short_at=ASKED, handed_over_at=None), ("releasing", WaitingFor.RELEASE)),
        (a_told_shipment(closed_at=LATER), ("delivered", WaitingFor.NOTHING)),
    ],
)
def test_stages(shipment: ReplacementShipment, expected: tuple[str, WaitingFor]) -> None:
    """What has to happen next follows from what did."""
    assert stands(shipment) == expected


def test_two_of_ten_delivered() -> None:
    """After two, eight are waited for; after all ten it is done."""
    partly = after(a_told_shipment(), news("p1", "shipped", ("BLUE", 2)), news("p1", "delivered"))
    (goods,) = view_shipment(partly, derive_progress(partly, POLICY)).goods
    assert (goods.delivered, goods.remaining) == (2, 8)
    assert stands(partly) == ("partly_shipped", WaitingFor.DISPATCH)
    assert "8 of BLUE" in derive_progress(partly, POLICY).next_step

    done = after(partly, news("p2", "delivered"))

    assert stands(done) == ("delivered", WaitingFor.CLOSING)
    assert report_shipment(done, POLICY).unshipped == ()


def test_order_of_news_does_not_matter() -> None:
    """Scans come late, twice and in any order; where the parcels are is the same."""
    told = [
        news("p1", "shipped", ("BLUE", 4)),
        news("p1", "in_transit", ("BLUE", 4)),
        news("p1", "delivered", ("BLUE", 4)),
        news("p2", "lost", ("BLUE", 6)),
        news("p2", "shipped", ("BLUE", 6)),
    ]
    ends = {
        tuple(sorted((each.delivery_id, each.state) for each in after(a_told_shipment(), *order).deliveries))
        for order in permutations(told)
    }
    assert ends == {(("p1", "delivered"), ("p2", "lost"))}


parcels = st.tuples(
    st.sampled_from(["p1", "p2", "p3", "p4"]),
    st.sampled_from(["shipped", "in_transit", "delivered", "returned", "lost"]),
    st.lists(st.tuples(st.sampled_from(["BLUE", "RED", "NEVER-PROMISED"]), st.integers(1, 12)), max_size=3),
)


@given(st.lists(parcels, max_size=12))
def test_units_add_up(told: list[tuple[str, str, list[tuple[str, int]]]]) -> None:
    """Whatever the warehouse tells, never more is counted as shipped than was promised, and nothing is dropped."""
    shipment = a_told_shipment(("BLUE", 10), ("RED", 3))
    promised = Counter({"BLUE": 10, "RED": 3})
    for parcel, state, units in told:
        shipment = apply(shipment, news(parcel, state, *units)).case
        assert shipped_units(shipment) <= promised
        assert count_goods(report_shipment(shipment, POLICY).unshipped) + shipped_units(shipment) == promised


@pytest.mark.parametrize(
    ("shipment", "event", "code"),
    [
        (a_shipment(), news("p1", "shipped"), "not_shipping"),
        (a_told_shipment(), news("p1", "shipped", ("BLUE", 11)), "more_than_promised"),
        (a_told_shipment(), news("p1", "shipped", ("RED", 1)), "more_than_promised"),
        (a_told_shipment(), an_event(EventKind.SHIP_REQUESTED), "already_said"),
        (a_told_shipment(), an_event(EventKind.CANCEL_REQUESTED), "already_shipping"),
        (a_shipment(lapsed_at=ASKED), an_event(EventKind.SHIP_REQUESTED), "already_released"),
        (a_shipment(lapsed_at=ASKED), an_event(EventKind.CANCEL_REQUESTED), "already_released"),
    ],
)
def test_kept(shipment: ReplacementShipment, event: InboxEvent, code: str) -> None:
    """News of machines that does not fit changes nothing and stays on the timeline with the reason."""
    change = apply(shipment, event)

    assert change.case == shipment
    assert change.answer is not None
    assert (change.answer.outcome, change.answer.code) == (EventOutcome.KEPT, code)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (an_event(EventKind.ITEM_RECEIVED), "not_for_replacement_shipments"),
        (an_event(EventKind.SHIPMENT_CHANGED, {"state": "stolen"}), "unreadable_event"),
    ],
)
def test_parked(event: InboxEvent, code: str) -> None:
    """What no rule can read waits for a person."""
    answer = apply(a_told_shipment(), event).answer

    assert answer is not None
    assert (answer.outcome, answer.code) == (EventOutcome.PARKED, code)


def test_told_twice_what_is_known() -> None:
    """The same scan again is kept and moves nothing; a lost parcel that turns up is not lost."""
    lost = after(a_told_shipment(("BLUE", 1)), news("p1", "lost"))
    assert stands(lost) == ("lost", WaitingFor.CLOSING)
    again = apply(lost, news("p1", "in_transit"))
    assert again.answer is not None
    assert again.answer.code == "known_already"
    found = after(lost, news("p1", "delivered"))
    assert stands(found) == ("delivered", WaitingFor.CLOSING)


def test_other_units_in_a_known_parcel() -> None:
    """A parcel does not change what is in it after it left."""
    answer = apply(after(a_told_shipment(), news("p1", "shipped", ("BLUE", 2))), news("p1", "lost", ("BLUE", 3))).answer

    assert answer is not None
    assert answer.code == "other_units"


def test_a_parcel_proves_the_handover() -> None:
    """When the warehouse's answer was lost but its parcel is on the way, nobody waits for the answer any more."""
    unanswered = a_told_shipment(handed_over_at=None)
    assert stands(unanswered)[1] is WaitingFor.HANDOVER

    assert stands(after(unanswered, news("p1", "shipped"))) == ("shipped", WaitingFor.DELIVERY)


@pytest.mark.parametrize("waiting_for", [WaitingFor.STOCK, WaitingFor.GO_AHEAD])
def test_reservation_lapses(waiting_for: WaitingFor) -> None:
    """Goods are held until the day that was told, and not a moment longer."""
    reserved_at = None if waiting_for is WaitingFor.STOCK else ASKED
    shipment, over = a_shipment(reserved_at=reserved_at), ASKED + timedelta(days=14)

    assert pass_deadline(shipment, waiting_for, policy=POLICY, at=over - timedelta(seconds=1)) is None
    late = pass_deadline(shipment, waiting_for, policy=POLICY, at=over)

    assert late is not None
    assert stands(late.case) == ("releasing", WaitingFor.RELEASE)
    assert pass_deadline(late.case, waiting_for, policy=POLICY, at=over) is None


def test_no_reservation_lapses_once_it_may_ship() -> None:
    """With the word to ship, a warehouse that is down does not make the promise void."""
    assert derive_progress(a_shipment(ship_at_once=True), POLICY).deadline is None


def test_overdue_parcel() -> None:
    """An overdue parcel is escalated once, and says so until it arrives."""
    shipment = after(a_told_shipment(), news("p1", "shipped"))
    deadline = derive_progress(shipment, POLICY).deadline
    assert deadline is not None

    late = pass_deadline(shipment, WaitingFor.DELIVERY, policy=POLICY, at=deadline)

    assert late is not None
    assert "escalated" in derive_progress(late.case, POLICY).next_step
    assert pass_deadline(late.case, WaitingFor.DELIVERY, policy=POLICY, at=deadline) is None
    assert stands(after(late.case, news("p1", "returned"))) == ("returned", WaitingFor.CLOSING)


def test_closed() -> None:
    """A closed shipment keeps its outcome and parks what comes afterwards."""
    done = after(a_told_shipment(), news("p1", "delivered"))
    closed = close_shipment(done, policy=POLICY, at=LATER).case

    assert stands(closed) == ("delivered", WaitingFor.NOTHING)
    answer = apply(closed, news("p1", "returned")).answer
    assert answer is not None
    assert answer.outcome is EventOutcome.PARKED


def test_goods_of_one_sku_are_one_position() -> None:
    """Two lines replaced by the same goods are packed together."""
    assert a_shipment(("BLUE", 1), ("RED", 1), ("BLUE", 2)).goods == (
        Goods(sku="BLUE", quantity=3),
        Goods(sku="RED", quantity=1),
    )
