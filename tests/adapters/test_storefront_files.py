"""Rows of a shop's file become orders, and what cannot be used is named to the line and column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.orders import Order, Payment, ShippingCharge
from tests.adapters.shop_files import HEADER, LAMP, MUG, POST, a_file, assembled, problems


def orders(path: Path, **changes: Any) -> dict[str, Order]:
    """The orders of a file in which everything is right."""
    found = assembled(path, **changes)
    assert [problem for each in found for problem in each.problems] == []
    return {each.made.order_id: each.made for each in found if each.made}


def test_order(tmp_path: Path) -> None:
    """Rows with one order number are one order: goods, postage, payment of the total, arrival three days later."""
    order = orders(a_file(tmp_path, LAMP, POST, MUG))["1001"]

    assert [(line.line_id, line.sku, line.quantity, line.unit_price_minor) for line in order.lines] == [
        ("1", "LAMP", 2, 1250)
    ]
    assert order.shipping == (ShippingCharge(shipping_id="2", amount_minor=395),)
    assert order.payments == (Payment(payment_id="1", reference="import-1001", captured_minor=2895),)
    assert order.placed_at == datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert order.parcels[0].delivered_at == datetime(2026, 3, 5, 10, tzinfo=UTC)
    assert order.customer.email == "c77@shop.example"


def test_local_time(tmp_path: Path) -> None:
    """Half past nine in London in July is half past eight in Greenwich."""
    assert orders(a_file(tmp_path, MUG))["1002"].placed_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


def test_arrival_over_a_clock_change(tmp_path: Path) -> None:
    """Three days after Friday at ten is Monday at ten, also when clocks went forward on Sunday."""
    order = orders(a_file(tmp_path, LAMP.replace("2026-03-02", "2026-03-27")))["1001"]

    assert order.parcels[0].delivered_at == datetime(2026, 3, 30, 9, tzinfo=UTC)


def test_unknown_customer(tmp_path: Path) -> None:
    """Where the shop does not know the customer, no address is made up from nothing."""
    assert orders(a_file(tmp_path, MUG))["1002"].customer.email == ""


def test_free_order(tmp_path: Path) -> None:
    """An order that cost nothing was not paid for."""
    assert orders(a_file(tmp_path, MUG.replace(",800,", ",0,")))["1002"].payments == ()


def test_major_units(tmp_path: Path) -> None:
    """Amounts written with a decimal point are exact: by the decimals of their own currency."""
    mug, cup = MUG.replace(",800,", ",8.10,"), MUG.replace("1002", "1003").replace(",800,GBP", ",810,JPY")
    found = orders(a_file(tmp_path, mug, cup), amounts="major")

    assert [found[name].lines[0].unit_price_minor for name in ("1002", "1003")] == [810, 810]


def test_taxes_on_top(tmp_path: Path) -> None:
    """Tax that is charged on top of the price is part of what the customer paid."""
    line = {"line_id": "no", "sku": "sku", "quantity": "qty", "unit_price_minor": "price"}
    line["taxes"] = [{"rate": {"constant": "0.20"}, "amount_minor": "vat"}]  # type: ignore[assignment]
    head = {"order_id": "order", "placed_at": "when", "currency": "currency", "tax_included": {"constant": False}}
    order = orders(a_file(tmp_path, f"{LAMP},500", header=f"{HEADER},vat"), line=line, order=head)["1001"]

    assert order.lines[0].taxes[0].amount_minor == 500
    assert order.payments[0].captured_minor == 3000


def test_vouchers(tmp_path: Path) -> None:
    """A voucher takes its amount off the order, with or without a minus in the file."""
    rows = [f"1001,{number},2026-03-02T10:00:00,77,voucher,V,1,{price},GBP" for number, price in ((8, -200), (9, 100))]
    order = orders(a_file(tmp_path, LAMP, *rows))["1001"]

    assert [discount.amount_minor for discount in order.discounts] == [200, 100]
    assert order.payments[0].captured_minor == 2200


@pytest.mark.parametrize(("rule", "price", "off"), [("skip", "-150", 0), ("discount", "-150", 150)])
def test_negative_price(tmp_path: Path, rule: str, price: str, off: int) -> None:
    """Goods at a price below zero are left out, or are a discount, as the mapping says."""
    rules = {"kind": "what", "kinds": {"goods": "goods"}, "negative_price": rule}
    row = f"1001,2,2026-03-02T10:00:00,77,goods,CORRECTION,1,{price},GBP"
    order = orders(a_file(tmp_path, LAMP, row), rows=rules)["1001"]

    assert len(order.lines) == 1
    assert order.payments[0].captured_minor == 2500 - off


def test_rows_left_out(tmp_path: Path) -> None:
    """Rows that the mapping leaves out are counted by the reason."""
    rules = {"kind": "what", "kinds": {"goods": "goods", "gift wrap": "skip"}, "zero_quantity": "skip"}
    wrap = "1001,2,2026-03-02T10:00:00,77,gift wrap,WRAP,1,100,GBP"
    none = "1001,3,2026-03-02T10:00:00,77,goods,CUP,0,100,GBP"
    found = assembled(a_file(tmp_path, LAMP, wrap, none), rows=rules)[0]

    assert found.made is not None
    assert found.skipped == {"what gift wrap": 1, "qty zero": 1}


def test_postage_alone(tmp_path: Path) -> None:
    """Postage that was ordered by itself can be goods, so that it can be refunded; otherwise there is no order."""
    rules = {"kind": "what", "kinds": {"post": "shipping"}}

    order = orders(a_file(tmp_path, POST), rows=rules | {"charges_alone": "goods"})["1001"]
    assert ([line.sku for line in order.lines], order.shipping) == (["POST"], ())
    assert problems(a_file(tmp_path, POST), rows=rules) == [(2, "1001", "", "the order has no goods")]


def test_json_lines_with_items(tmp_path: Path) -> None:
    """A line of JSON with a list of items is an order; numbers keep every digit."""
    text = '{"order": "1001", "when": "2026-03-02T10:00:00Z", "items": [{"n": 1, "sku": "LAMP", "price": 12.30}]}'
    changes: dict[str, Any] = {
        "items": "items",
        "amounts": "major",
        "rows": None,
        "customer": None,
        "shipping": None,
        "order": {"order_id": "order", "placed_at": "when", "currency": {"constant": "GBP"}},
        "line": {
            "line_id": "items.n",
            "sku": "items.sku",
            "quantity": {"constant": 1},
            "unit_price_minor": "items.price",
        },
    }
    order = orders(a_file(tmp_path, text, header="", name="orders.jsonl.gz"), **changes)["1001"]

    assert order.lines[0].unit_price_minor == 1230


@pytest.mark.parametrize(
    ("column", "old", "new", "reason"),
    [
        ("qty", ",2,1250", ",two,1250", "'two' is not a whole number"),
        ("qty", ",2,1250", ",-2,1250", "-2 is below zero"),
        ("qty", ",2,1250", ",0,1250", "0 is zero"),
        ("price", "1250", "-1250", "-1250 is below zero"),
        ("price", "1250", "12.50", "'12.50' is not a whole number of minor units; if the file writes 12.30, set `amounts: major`"),
        ("price", "1250", "", "this is empty"),
        ("sku", "LAMP", "", "this is empty"),
        ("sku", "LAMP", "L" * 65, "String should have at most 64 characters"),
        ("no", "1001,1,", "1001,1 a,", "this may only have letters, digits and . _ : / # -, and begins with a letter or digit"),
        ("when", "2026-03-02T10", "2026-03-32T10", "'2026-03-32T10:00:00' is not a time such as 2026-03-02T14:05:00"),
        ("when", "2026-03-02T10:00", "2026-03-29T01:30", "2026-03-29T01:30:00 was skipped in Europe/London when clocks went forward: is `time_zone` right?"),
        ("currency", "GBP", "XYZ", "'XYZ' is not an ISO 4217 currency code such as GBP, JPY or KWD"),
        ("what", "goods", "gift", "the mapping does not say what a row of kind 'gift' is"),
        ("order", "1001,", ",", "this is empty, so the row belongs to no order"),
    ],
)  # fmt: skip
def test_bad_value(tmp_path: Path, column: str, old: str, new: str, reason: str) -> None:
    """What cannot be used is named by line, column and reason, and the next order is still good."""
    bad = LAMP.replace(old, new, 1)
    found = assembled(a_file(tmp_path, bad, MUG))

    assert [(p.line, p.column, p.reason) for p in found[0].problems] == [(2, column, reason)]
    assert found[1].made is not None


def test_whole_order_is_refused(tmp_path: Path) -> None:
    """One bad row refuses its whole order, and every bad row of it is named at once."""
    path = a_file(tmp_path, LAMP.replace(",2,", ",x,"), POST.replace("395", "y"), MUG)

    assert [(line, order, column) for line, order, column, _ in problems(path)] == [
        (2, "1001", "qty"),
        (3, "1001", "price"),
    ]
    assert [each.key for each in assembled(path) if each.made] == ["1002"]


def test_row_that_cannot_be_read(tmp_path: Path) -> None:
    """A row with a comma too many is named, and refuses the order whose number can still be read."""
    path = a_file(tmp_path, LAMP, POST + ",more", MUG)

    assert problems(path) == [(3, "1001", "", "the row has 10 fields and the header 9")]


def test_row_without_order_between_rows_of_one(tmp_path: Path) -> None:
    """A row that lost its order number in the middle of an order refuses that order: it would miss a line."""
    lost = POST.replace("1001", "", 1)
    path = a_file(tmp_path, LAMP, lost, POST, MUG)

    assert problems(path) == [(3, "1001", "order", "this is empty, so the row belongs to no order")]
    assert [each.key for each in assembled(path) if each.made] == ["1002"]


def test_line_twice(tmp_path: Path) -> None:
    """Two lines with the same number cannot be told apart when one of them comes back."""
    assert problems(a_file(tmp_path, LAMP, LAMP)) == [(3, "1001", "no", "line 1 is there twice")]


def test_rows_contradict(tmp_path: Path) -> None:
    """Rows of one order that name two currencies are a mistake that nobody may guess away."""
    path = a_file(tmp_path, LAMP, POST.replace("GBP", "EUR"))

    assert problems(path) == [(3, "1001", "currency", "'EUR' here, 'GBP' in line 2, the first of this order")]


def test_head_in_the_first_row_only(tmp_path: Path) -> None:
    """Files that say date and currency in the first row of an order only are fine."""
    assert len(orders(a_file(tmp_path, LAMP, "1001,2,,,goods,CUP,1,100,"))["1001"].lines) == 2


def test_discount_above_the_goods(tmp_path: Path) -> None:
    """What the order as a whole does not allow is named at its first row."""
    voucher = "1001,9,2026-03-02T10:00:00,77,voucher,V,1,9999,GBP"

    assert problems(a_file(tmp_path, LAMP, voucher)) == [
        (2, "1001", "", "the order discounts are larger than the goods")
    ]
