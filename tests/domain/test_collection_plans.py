"""What a customer is asked for and what becomes of a hold: never twice, never beyond what was held."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cases import CollectionAct
from domain.collection_plans import (
    CollectionWish,
    decide,
    plan_collection,
    release_renewed,
    renew_hold,
    replace_lapsed,
    settle_holds,
    with_collected,
    withdraw,
)
from domain.collections import (
    CollectionState,
    collected_minor,
    due_acts,
    held_minor,
    is_awaiting_customer,
    on_the_way_minor,
)
from domain.orders import Payment
from domain.reimbursements import plan_payouts
from tests.builders import an_order
from tests.domain.collecting import CHARGE, DAY, HOLD, NOON, REF, a_collection, a_request, pounds


def test_a_collection_has_a_key_of_its_own() -> None:
    """Each is numbered on and has the key of merchant, case and number, whatever it is for."""
    wish = CollectionWish(kind=CHARGE, amount=pounds(2000), confirm_by=NOON + DAY)

    first = plan_collection(REF, [], wish)
    second = plan_collection(REF, [first], wish)

    assert (first.key, second.key) == ("demo:3456-789F:collection:1", "demo:3456-789F:collection:2")
    assert first.state is CollectionState.PLANNED


@pytest.mark.parametrize(
    "wish",
    [
        CollectionWish(kind=CHARGE, amount=pounds(0), confirm_by=NOON),
        CollectionWish(kind=CHARGE, amount=pounds(-1), confirm_by=NOON),
        CollectionWish(kind=HOLD, amount=pounds(100)),
    ],
)
def test_nobody_is_asked_for_nothing_or_for_ever(wish: CollectionWish) -> None:
    """An amount is above zero, and whoever has to confirm has until some time."""
    with pytest.raises(ValueError, match="customer"):
        plan_collection(REF, [], wish)


def test_a_hold_is_renewed_once() -> None:
    """A hold that lapses before its goods must be back is renewed on the same card; the old one goes when the new stands."""
    old = a_collection(needed_until=NOON + 10 * DAY, customer="cus_1")

    renewal = renew_hold(REF, [old], 1)
    assert renewal is not None
    assert (renewal.kind, renewal.amount_minor, renewal.instrument, renewal.customer) == (HOLD, 5000, "pm_1", "cus_1")
    assert renew_hold(REF, [old, renewal], 1) is None
    assert [due.act for due in due_acts([old, renewal])] == [CollectionAct.REQUEST]

    standing = renewal.model_copy(update={"state": CollectionState.AUTHORIZED, "lapses_at": NOON + 13 * DAY})
    released = release_renewed([old, standing], standing)
    assert released is not None
    assert (released.number, released.decided_minor) == (1, 0)
    assert held_minor([old, standing]) == 5000, "a hold and its renewal are one promise"
    assert release_renewed([old, renewal], renewal) is None


def test_a_declined_renewal_leaves_the_old_hold() -> None:
    """The old hold stands until it lapses; after that the card is charged when it comes to that."""
    old = a_collection(needed_until=NOON + 10 * DAY)
    declined = a_collection(2, state=CollectionState.FAILED, continues=1)
    assert due_acts([old, declined]) == ()
    assert [each.number for each in settle_holds(REF, [old, declined], 3000)] == [1]

    lapsed = old.model_copy(update={"state": CollectionState.EXPIRED})
    (charge,) = settle_holds(REF, [lapsed, declined], 3000)
    assert (charge.kind, charge.amount_minor, charge.instrument) == (CHARGE, 3000, "pm_1")


@pytest.mark.parametrize(
    ("owed", "decided"),
    [(0, 0), (1, 1), (4999, 4999), (5000, 5000)],
)
def test_a_standing_hold_takes_what_is_owed(owed: int, decided: int) -> None:
    """All of it, a part when less or worse came back, nothing when everything did."""
    (settled,) = settle_holds(REF, [a_collection()], owed)

    assert (settled.decided_minor, settled.state) == (decided, CollectionState.AUTHORIZED)


def test_more_is_owed_than_was_held() -> None:
    """The hold is charged in full and the card for the rest."""
    hold, charge = settle_holds(REF, [a_collection()], 6000)

    assert (hold.decided_minor, charge.amount_minor, charge.kind) == (5000, 1000, CHARGE)


def test_a_hold_that_was_never_confirmed_is_withdrawn() -> None:
    """Nothing was held, so nothing can be charged: it is let go, and what is owed stays uncollected."""
    asked = a_collection(state=CollectionState.REQUESTED, instrument="", confirm_by=NOON)

    (withdrawn,) = settle_holds(REF, [asked], 5000)

    assert withdrawn.decided_minor == 0


def test_a_hold_that_lapsed_in_the_last_moment_is_made_up_for() -> None:
    """The charge was decided and the hold had lapsed: the card is charged instead, once."""
    lapsed = a_collection(state=CollectionState.EXPIRED, decided_minor=3000)

    charge = replace_lapsed(REF, [lapsed], lapsed)

    assert charge is not None
    assert (charge.amount_minor, charge.continues) == (3000, 1)
    assert replace_lapsed(REF, [lapsed, charge], lapsed) is None
    assert replace_lapsed(REF, [lapsed], lapsed.model_copy(update={"instrument": ""})) is None


def test_settling_again_takes_nothing_more() -> None:
    """Two news about the same goods settle the hold once, whether its charge is due, on its way or done."""
    (decided,) = settle_holds(REF, [a_collection()], 3000)
    assert settle_holds(REF, [decided], 3000) == ()
    charged = decided.model_copy(update={"state": CollectionState.PARTLY_CAPTURED, "captured_minor": 3000})
    assert settle_holds(REF, [charged], 3000) == ()
    lapsed = decided.model_copy(update={"state": CollectionState.EXPIRED})
    charge = replace_lapsed(REF, [lapsed], lapsed)
    assert charge is not None
    assert settle_holds(REF, [lapsed, charge], 3000) == ()


def test_what_the_customer_paid_for_other_goods_does_not_settle_a_hold() -> None:
    """The price difference of an exchange and the hold on the goods that are to come back are two things."""
    paid = a_request(1, state=CollectionState.CAPTURED, captured_minor=2000)

    (hold,) = settle_holds(REF, [paid, a_collection(2)], 2000)

    assert (hold.number, hold.decided_minor) == (2, 2000)


@given(
    amounts=st.lists(st.integers(min_value=1, max_value=10_000), min_size=1, max_size=4),
    states=st.lists(st.sampled_from([*CollectionState]), min_size=4, max_size=4),
    owed=st.integers(min_value=0, max_value=40_000),
)
def test_settling_takes_what_is_owed_and_never_more(
    amounts: list[int], states: list[CollectionState], owed: int
) -> None:
    """Whatever became of the holds before, what is coming is what is owed, and no hold gives more than it held."""
    holds = [
        a_collection(
            number,
            amount_minor=amount,
            state=state,
            captured_minor=amount if state is CollectionState.CAPTURED else 0,
        )
        for number, (amount, state) in enumerate(zip(amounts, states, strict=False), start=1)
    ]
    known = {each.number: each for each in holds}
    known |= {each.number: each for each in settle_holds(REF, holds, owed)}

    came, comes = collected_minor(known.values()), on_the_way_minor(known.values())
    assert all((each.decided_minor or 0) <= each.amount_minor for each in known.values())
    assert came + comes <= max(owed, collected_minor(holds))
    if not all(each.state in (CollectionState.CAPTURED, CollectionState.PARTLY_CAPTURED) for each in holds):
        assert came + comes >= owed
    assert settle_holds(REF, list(known.values()), owed) == ()


def test_what_may_be_withdrawn() -> None:
    """What waits for the customer is withdrawn; a card that is being charged at this moment is not stopped."""
    waiting, planned = a_request(1), a_request(2, state=CollectionState.PLANNED)
    charging = a_request(3, state=CollectionState.UNKNOWN, instrument="pm_1")
    done = a_request(4, state=CollectionState.CAPTURED)

    withdrawn = withdraw([waiting, planned, charging, done])

    assert [(each.number, each.decided_minor, each.state) for each in withdrawn] == [
        (1, 0, CollectionState.REQUESTED),
        (2, 0, CollectionState.RELEASED),
    ]
    assert is_awaiting_customer([waiting])
    assert not is_awaiting_customer([done])


def test_a_refund_can_go_back_to_what_was_collected() -> None:
    """A later refund uses the payment of the exchange as any other payment of the order, newest first."""
    order = with_collected(an_order(), [Payment(payment_id="3456-789F.1", reference="pi_9", captured_minor=2000)])

    planned = plan_payouts(order, 2500, refundable_minor={"card": 2400, "3456-789F.1": 2000})

    assert [(each.payment_id, each.amount_minor) for each in planned] == [("3456-789F.1", 2000), ("card", 500)]


def test_deciding_what_nobody_heard_of() -> None:
    """A payment that was never sent is over as soon as it is not wanted."""
    assert decide(a_request(state=CollectionState.PLANNED), 0).state is CollectionState.RELEASED
