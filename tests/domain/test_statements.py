"""The ledger held against the provider's lists: each kind of difference is found, named, and says what to do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from domain.collection_port import CollectionStatus
from domain.collections import CollectionState
from domain.disputes import DisputeState
from domain.money import Money
from domain.payouts import PayoutState
from domain.statements import (
    BookedCollection,
    BookedDispute,
    BookedPayment,
    BookedPayout,
    Books,
    LedgerDifference,
    LedgerDifferenceKind,
    StatedCollection,
    StatedDispute,
    StatedRefund,
    Statement,
    compare,
)
from tests.builders import ASKED

CARD = BookedPayment(merchant="demo", order_id="A-1001", payment_id="card", reference="pi_1")
TWELVE = Money(minor=1200, currency="GBP")


def stated(**changes: Any) -> StatedRefund:
    """The provider lists our refund of 12.00 as settled."""
    values: dict[str, Any] = {"reference": "re_1", "key": "key-1", "payment_references": ("pi_1",), "amount": TWELVE}
    return StatedRefund(**({"status": "settled"} | values | changes))


def booked(**changes: Any) -> BookedPayout:
    """The ledger has the payout of 12.00 as settled."""
    values: dict[str, Any] = {"payment": CARD, "rma": "7K3F-Q9X4", "number": 1, "key": "key-1", "amount": TWELVE}
    more = {"state": PayoutState.SETTLED, "provider_reference": "re_1", "planned_at": ASKED, "updated_at": ASKED}
    return BookedPayout(**(values | more | changes))


def claimed(state: DisputeState = DisputeState.OPEN, minor: int = 1200) -> dict[str, Any]:
    """A dispute as either side has it."""
    return {"reference": "du_1", "amount": Money(minor=minor, currency="GBP"), "state": state}


def differences(
    *refunds: StatedRefund,
    payouts: tuple[BookedPayout, ...] = (),
    stated_disputes: tuple[dict[str, Any], ...] = (),
    booked_disputes: tuple[dict[str, Any], ...] = (),
    paid: tuple[StatedCollection, ...] = (),
    collected: tuple[BookedCollection, ...] = (),
    later: timedelta = timedelta(hours=1),
    since: timedelta | None = None,
) -> list[LedgerDifference]:
    """What differs, an hour after the ledger last changed."""
    listed = tuple(StatedDispute(payment_references=("pi_1",), **each) for each in stated_disputes)
    known = tuple(BookedDispute(payment=CARD, opened_at=ASKED, **each) for each in booked_disputes)
    books = Books(payments=(CARD,), payouts=payouts, disputes=known, collections=collected)
    statement = Statement(refunds=refunds, disputes=listed, collections=paid)
    begun = ASKED + since if since is not None else None
    return list(compare(statement, books, settled_before=ASKED + later, since=begun))


def asked_for(**changes: Any) -> StatedCollection:
    """The provider took 12.00 from the customer, under our key."""
    values: dict[str, Any] = {"reference": "pi_9", "key": "demo:7K3F-Q9X4:collection:1", "captured": TWELVE}
    return StatedCollection(**({"status": CollectionStatus.CAPTURED} | values | changes))


def taken(**changes: Any) -> BookedCollection:
    """The ledger says so, too."""
    place = BookedPayment(merchant="demo", order_id="A-1001", payment_id="7K3F-Q9X4.1", reference="pi_9")
    values: dict[str, Any] = {"payment": place, "rma": "7K3F-Q9X4", "number": 1, "key": "demo:7K3F-Q9X4:collection:1"}
    more = {"captured": TWELVE, "state": CollectionState.CAPTURED, "planned_at": ASKED, "updated_at": ASKED}
    return BookedCollection(**(values | more | changes))


NOTHING = Money(minor=0, currency="GBP")


@pytest.mark.parametrize(
    ("status", "captured", "state"),
    [
        (CollectionStatus.CAPTURED, TWELVE, CollectionState.CAPTURED),
        (CollectionStatus.CAPTURED, TWELVE, CollectionState.PARTLY_CAPTURED),
        (CollectionStatus.AUTHORIZED, NOTHING, CollectionState.AUTHORIZED),
        (CollectionStatus.CANCELLED, NOTHING, CollectionState.RELEASED),
        (CollectionStatus.REQUESTED, NOTHING, CollectionState.FAILED),
    ],
)
def test_money_from_customers_agrees(status: CollectionStatus, captured: Money, state: CollectionState) -> None:
    """What the provider took, holds, let go or still waits for is what the ledger says."""
    stated_one, booked_one = asked_for(status=status, captured=captured), taken(captured=captured, state=state)
    assert differences(paid=(stated_one,), collected=(booked_one,)) == []


@pytest.mark.parametrize(
    ("stated_ones", "booked_ones", "kind"),
    [
        ((), (taken(),), LedgerDifferenceKind.COLLECTION_NOT_AT_PROVIDER),
        ((asked_for(),), (), LedgerDifferenceKind.COLLECTION_NOT_IN_LEDGER),
        ((asked_for(captured=NOTHING),), (taken(),), LedgerDifferenceKind.COLLECTION_DIFFERS),
        (
            (asked_for(),),
            (taken(captured=NOTHING, state=CollectionState.REQUESTED),),
            LedgerDifferenceKind.COLLECTION_DIFFERS,
        ),
        ((asked_for(), asked_for(reference="pi_10")), (taken(),), LedgerDifferenceKind.COLLECTED_TWICE),
    ],
)
def test_money_from_customers(stated_ones: Any, booked_ones: Any, kind: LedgerDifferenceKind) -> None:
    """A charge that one side does not know, or knows otherwise, or that was made twice, names the case that asked."""
    (found,) = differences(paid=stated_ones, collected=booked_ones)
    assert (found.kind, found.rma) == (kind, "7K3F-Q9X4")


def test_only_what_is_new_is_missed() -> None:
    """Asked for this month only, the provider does not list an older refund: nothing is wrong with that."""
    day = timedelta(days=1)
    whole: dict[str, Any] = {"payouts": (booked(),), "booked_disputes": (claimed(),), "collected": (taken(),)}
    assert differences(**whole, since=day) == []
    assert len(differences(**whole, since=-day)) == 3


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("settled", PayoutState.SETTLED),
        ("pending", PayoutState.ACCEPTED),
        ("failed", PayoutState.FAILED),
        ("failed", PayoutState.REVERSED),
    ],
)
def test_both_agree(status: str, state: PayoutState) -> None:
    """What the provider lists is what the ledger says: nothing to do."""
    dispute = claimed()
    found = differences(
        stated(status=status), payouts=(booked(state=state),), stated_disputes=(dispute,), booked_disputes=(dispute,)
    )
    assert found == []


def test_a_refund_made_by_hand() -> None:
    """Somebody refunded in the provider's dashboard: named with its payment, to be recorded as paid outside."""
    (found,) = differences(stated(key="", reference="re_hand"))
    assert found.kind is LedgerDifferenceKind.NOT_IN_LEDGER
    assert (found.order_id, found.payment_id, found.provider_minor, found.ledger_minor) == (
        "A-1001",
        "card",
        1200,
        None,
    )
    assert "paid_outside" in found.remedy


@pytest.mark.parametrize("state", [PayoutState.REPORTED, PayoutState.SETTLED])
def test_a_refund_made_by_hand_is_recorded(state: PayoutState) -> None:
    """Once it is recorded with the refund's id as its proof nothing differs any more; a bank transfer is listed nowhere."""
    by_hand = booked(by_hand=True, state=state, key="demo:x:payout:1", provider_reference="re_hand")
    transfer = booked(by_hand=True, state=state, key="demo:y:payout:1", provider_reference="FT-43")
    assert differences(stated(key="", reference="re_hand"), payouts=(by_hand, transfer)) == []


def test_what_is_none_of_our_business() -> None:
    """Refunds of other systems' payments, and failed ones that nobody here made, are left out."""
    assert differences(stated(key="", payment_references=("pi_else",)), stated(key="", status="failed")) == []


def test_a_refund_that_the_provider_does_not_list() -> None:
    """The ledger says paid, the provider knows of nothing: case, payout and amount are named."""
    (found,) = differences(payouts=(booked(),))
    assert found.kind is LedgerDifferenceKind.NOT_AT_PROVIDER
    assert (found.rma, found.payout, found.ledger_minor, found.provider_minor) == ("7K3F-Q9X4", 1, 1200, None)


@pytest.mark.parametrize("state", [PayoutState.PLANNED, PayoutState.FROZEN, PayoutState.SENT, PayoutState.FAILED])
def test_what_never_left_need_not_be_listed(state: PayoutState) -> None:
    """A payout that waits, or failed, is not missed at the provider."""
    assert differences(payouts=(booked(state=state, provider_reference=""),)) == []


def test_another_amount() -> None:
    """Both amounts are named."""
    (found,) = differences(stated(amount=Money(minor=1815, currency="GBP")), payouts=(booked(),))
    assert (found.kind, found.ledger_minor, found.provider_minor) == (LedgerDifferenceKind.AMOUNT_DIFFERS, 1200, 1815)


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("failed", PayoutState.SETTLED),
        ("settled", PayoutState.ACCEPTED),
        ("settled", PayoutState.SENT),
        ("settled", PayoutState.PLANNED),
        ("pending", PayoutState.FAILED),
    ],
)
def test_another_state(status: str, state: PayoutState) -> None:
    """An event was lost: the ledger is behind, or ahead."""
    (found,) = differences(stated(status=status), payouts=(booked(state=state),))
    assert found.kind is LedgerDifferenceKind.STATE_DIFFERS
    assert "event" in found.remedy


def test_what_is_on_its_way_is_left_alone() -> None:
    """The answer may come any second: a payout that changed a moment ago is no difference."""
    assert differences(stated(), payouts=(booked(state=PayoutState.SENT),), later=timedelta(hours=-1)) == []


def test_paid_twice() -> None:
    """Two refunds under one key are an alarm; a failed first try and a second one that worked are none."""
    (found,) = differences(stated(), stated(reference="re_2"), payouts=(booked(),))
    assert found.kind is LedgerDifferenceKind.PAID_TWICE
    assert "ALARM" in found.detail
    assert differences(stated(status="failed", reference="re_0"), stated(), payouts=(booked(),)) == []


@pytest.mark.parametrize(
    ("stated_ones", "booked_ones", "kind"),
    [
        ((claimed(),), (), LedgerDifferenceKind.DISPUTE_NOT_IN_LEDGER),
        ((), (claimed(),), LedgerDifferenceKind.DISPUTE_NOT_AT_PROVIDER),
        ((claimed(DisputeState.LOST),), (claimed(),), LedgerDifferenceKind.DISPUTE_DIFFERS),
        ((claimed(minor=2400),), (claimed(),), LedgerDifferenceKind.DISPUTE_DIFFERS),
    ],
)
def test_disputes(stated_ones: Any, booked_ones: Any, kind: LedgerDifferenceKind) -> None:
    """A dispute that one side does not know, or knows otherwise, is named with its payment."""
    (found,) = differences(stated_disputes=stated_ones, booked_disputes=booked_ones)
    assert (found.kind, found.reference, found.payment_id) == (kind, "du_1", "card")


def test_every_kind_is_planted_above() -> None:
    """No kind of difference is without its test."""
    planted = {
        *(each.kind for each in differences(stated(key="", reference="re_hand"), payouts=(booked(),))),
        *(each.kind for each in differences(stated(), stated(reference="re_2"), payouts=(booked(),))),
        *(each.kind for each in differences(stated(status="failed"), payouts=(booked(),))),
        *(each.kind for each in differences(stated(amount=Money(minor=1, currency="GBP")), payouts=(booked(),))),
        *(each.kind for each in differences(stated_disputes=(claimed(),))),
        *(each.kind for each in differences(booked_disputes=(claimed(),))),
        *(each.kind for each in differences(stated_disputes=(claimed(minor=1),), booked_disputes=(claimed(),))),
        *(each.kind for each in differences(collected=(taken(),))),
        *(each.kind for each in differences(paid=(asked_for(),))),
        *(each.kind for each in differences(paid=(asked_for(captured=NOTHING),), collected=(taken(),))),
        *(each.kind for each in differences(paid=(asked_for(), asked_for()), collected=(taken(),))),
    }
    assert planted == set(LedgerDifferenceKind)
