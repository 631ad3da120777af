"""Who may return a gift without the buyer: what they show, and what the order must know."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from domain.errors import UnknownGift
from domain.gifts import Gift, GiftProof, Recipient
from domain.orders import Customer
from domain.recipients import name_gift
from tests.builders import an_order, an_order_line

LEE = Recipient(customer_id="c-lee", email="Lee@mail.example", postal_code="N1 1AA")
TWO_LINES = (an_order_line("1"), an_order_line("2"))
ORDER = an_order(lines=TWO_LINES, gifts=(Gift(line_ids=("1",), code="XMAS-24", recipient=LEE),))


@pytest.mark.parametrize(
    "shown",
    [
        {"code": "xmas 24"},
        {"code": "XMAS-24", "email": "lee@mail.example"},
        {"email": "lee@MAIL.example", "postal_code": "n11aa"},
    ],
)
def test_the_recipient_opens_it(shown: dict[str, Any]) -> None:
    """The code alone is enough, however it is typed; without it e-mail and postal code are."""
    named = name_gift(ORDER, GiftProof(**shown), ["1"])
    assert (named.gift_id, named.account, named.customer_id) == ("gift", "store_credit:c-lee", "c-lee")


@pytest.mark.parametrize(
    ("shown", "line"),
    [
        ({"code": "XMAS-25"}, "1"),
        ({"code": "XMAS-24"}, "2"),
        ({"code": "XMAS-24", "email": "other@mail.example"}, "1"),
        ({"email": "lee@mail.example"}, "1"),
        ({"postal_code": "N1 1AA"}, "1"),
    ],
)
def test_nobody_else_does(shown: dict[str, Any], line: str) -> None:
    """A wrong code, another line, something wrong beside the code, or half of what is known: all the same answer."""
    with pytest.raises(UnknownGift):
        name_gift(ORDER, GiftProof(**shown), [line])


def test_an_order_without_gifts_has_no_recipient() -> None:
    """Nothing was marked as a gift, so nothing opens it, not even an empty code."""
    with pytest.raises(UnknownGift):
        name_gift(an_order(), GiftProof(code="A"), ["1"])
    with pytest.raises(ValidationError, match="name the code"):
        GiftProof(code=" - ")


def test_a_guest_has_an_account_for_the_gift_alone() -> None:
    """The shop knows no customer, so the credit waits under the gift; never under the buyer or the buyer's order."""
    order = an_order(gifts=(Gift(gift_id="mug", code="M1"),), customer=Customer())
    assert name_gift(order, GiftProof(code="M1"), ["1"]).account == "store_credit:gift:A-1001:mug"


@pytest.mark.parametrize(
    ("gifts", "says"),
    [
        ((Gift(code="A", recipient=Recipient(customer_id="c-1")),), "its recipient is the buyer"),
        ((Gift(code="A", line_ids=("9",)),), "no such line"),
        ((Gift(code="A"), Gift(code="B")), "gift_id is used twice"),
        ((Gift(code="A-1"), Gift(gift_id="b", code="a1")), r"gifts\[\].code is used twice"),
        ((Gift(code="A", line_ids=("1",)), Gift(gift_id="b", code="B", line_ids=("1",))), "line_ids is used twice"),
    ],
)
def test_gifts_that_cannot_be_told_apart_are_refused(gifts: tuple[Gift, ...], says: str) -> None:
    """The shop hears it with the order, not the recipient months later."""
    with pytest.raises(ValidationError, match=says):
        an_order(gifts=gifts)


def test_a_gift_needs_something_to_show() -> None:
    """Without code, e-mail and postal code nobody could ever open it."""
    with pytest.raises(ValidationError, match="it needs a code"):
        Gift(recipient=Recipient(name="Lee"))
