"""What becomes of the price of a label that was given back."""

from __future__ import annotations

import pytest

from domain.cases import SYSTEM
from domain.goods_back.facts import Label, LabelRefund
from domain.goods_back.label_refunds import take_label_refund
from domain.money import Money
from domain.returns.case import ReturnCase
from tests.builders import ASKED, an_authorized_return

SUBMITTED, REFUNDED, REJECTED = LabelRefund


def with_label(known: LabelRefund | None = None, price: Money | None = None) -> ReturnCase:
    """A return with a label, of which the carrier said this much."""
    label = Label(
        carrier="UPS",
        service="Ground",
        tracking_number="LABEL-1",
        url="",
        shipment_reference="s",
        booked_at=ASKED,
        price=price,
    )
    return an_authorized_return().with_delivery(1, label=label, label_refund=known)


@pytest.mark.parametrize(
    ("known", "said", "is_news"),
    [
        (None, SUBMITTED, True),
        (None, REFUNDED, True),
        (SUBMITTED, SUBMITTED, False),
        (SUBMITTED, REFUNDED, True),
        (SUBMITTED, REJECTED, True),
        (REFUNDED, SUBMITTED, False),
        (REFUNDED, REFUNDED, False),
        (REJECTED, SUBMITTED, False),
        (REJECTED, REFUNDED, True),
    ],
)
def test_the_last_word_stands(known: LabelRefund | None, said: LabelRefund, is_news: bool) -> None:
    """That the carrier was asked is no news once it has answered; a carrier that thinks again is believed."""
    change = take_label_refund(with_label(known), 1, said, at=ASKED, actor=SYSTEM)
    assert (change is not None) is is_news
    if change is not None:
        assert change.case.goods.delivery(1).label_refund is said
        assert [line.event for line in change.entries] == [f"label.refund_{said}"]


@pytest.mark.parametrize(("said", "is_void"), [(SUBMITTED, True), (REFUNDED, True), (REJECTED, False)])
def test_a_label_that_is_given_back_is_void(said: LabelRefund, is_void: bool) -> None:
    """Whoever gave it back; a label that the carrier did not take back may still be used."""
    change = take_label_refund(with_label(), 1, said, at=ASKED, actor=SYSTEM)
    assert change is not None
    assert (change.case.goods.delivery(1).label_voided_at is not None) is is_void


def test_the_timeline_names_the_price() -> None:
    """3.85 is what comes back; of a label from before prices were kept only that it does."""
    priced = take_label_refund(with_label(price=Money(minor=385, currency="GBP")), 1, REFUNDED, at=ASKED, actor=SYSTEM)
    of_old = take_label_refund(with_label(), 1, REFUNDED, at=ASKED, actor=SYSTEM)
    assert priced is not None
    assert of_old is not None
    assert priced.entries[0].summary == "The carrier paid back the price of the label, 3.85 GBP."
    assert priced.entries[0].facts == {"delivery": 1, "amount_minor": 385, "currency": "GBP"}
    assert of_old.entries[0].summary == "The carrier paid back the price of the label."


def test_no_label_no_word() -> None:
    """A delivery without a label of ours has no price to come back."""
    assert take_label_refund(an_authorized_return(), 1, REFUNDED, at=ASKED, actor=SYSTEM) is None
