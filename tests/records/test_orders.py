"""Orders: put as often as the shop likes, never at the cost of what cases rely on."""

from __future__ import annotations

import pytest

from domain.errors import UnknownOrder
from domain.orders import Order, Payment, PaymentMethod
from records.database import SqlRecords
from records.models import OrderOutcome
from tests.records.builders import MERCHANT, SHOP, a_case, a_payout, an_order, units


def _captures(records: SqlRecords) -> list[tuple[str, int]]:
    return [(entry.kind, entry.amount_minor) for entry in records.reads.order_ledger(MERCHANT, "1001")]


def _with(order: Order, **changes: object) -> Order:
    return order.model_copy(update=changes)


def test_same_order_twice_changes_nothing(records: SqlRecords) -> None:
    """The shop may send an order again as often as it likes."""
    first = records.put_order(MERCHANT, an_order())
    second = records.put_order(MERCHANT, an_order())
    assert (first.outcome, first.version) == (OrderOutcome.CREATED, 1)
    assert (second.outcome, second.version) == (OrderOutcome.UNCHANGED, 1)
    assert _captures(records) == [("capture", 3000)]


def test_changed_order_is_the_next_version(records: SqlRecords) -> None:
    """A corrected order replaces the old one and says that it did."""
    records.put_order(MERCHANT, an_order(email="old@shop.test", parcel="T1"))
    receipt = records.put_order(MERCHANT, an_order(email="new@shop.test", parcel="T2"))
    assert (receipt.outcome, receipt.version) == (OrderOutcome.UPDATED, 2)
    assert records.reads.order(MERCHANT, "1001").order.customer.email == "new@shop.test"


def test_change_to_a_version_that_is_gone_is_refused(records: SqlRecords) -> None:
    """Two people who change one order at once do not overwrite each other."""
    records.put_order(MERCHANT, an_order(), expected_version=0)
    records.put_order(MERCHANT, an_order(quantity=4), expected_version=1)
    late = records.put_order(MERCHANT, an_order(quantity=5), expected_version=1)
    assert (late.outcome, late.version, late.stored) == (OrderOutcome.STALE, 2, False)
    assert "version 2" in late.problem
    assert records.put_order(MERCHANT, an_order("new"), expected_version=3).outcome is OrderOutcome.STALE


def test_orders_of_merchants_do_not_meet(records: SqlRecords) -> None:
    """Two shops may both have an order 1001."""
    records.put_order("one", an_order(quantity=1))
    assert records.put_order("two", an_order(quantity=2)).outcome is OrderOutcome.CREATED
    assert records.reads.order("one", "1001").order.lines[0].quantity == 1
    with pytest.raises(UnknownOrder):
        records.reads.order("three", "1001")


def test_units_in_a_return_cannot_leave_the_order(records: SqlRecords) -> None:
    """An order cannot be cut below what its returns hold; growing it is fine and makes room for more returns."""
    records.put_order(MERCHANT, an_order(quantity=3))
    ref = a_case(records)
    with records.transaction() as tx:
        assert tx.reserve_units(ref, tx.order(MERCHANT, "1001"), units(2))
    refused = records.put_order(MERCHANT, an_order(quantity=1))
    assert (refused.outcome, refused.problem) == (OrderOutcome.UNITS_IN_CASES, "2 of line A are in returns")
    gone = records.put_order(MERCHANT, _with(an_order(), lines=an_order().lines[1:]))
    assert gone.outcome is OrderOutcome.UNITS_IN_CASES
    assert records.put_order(MERCHANT, an_order(quantity=2)).stored
    other = a_case(records)
    with records.transaction() as tx:
        assert not tx.reserve_units(other, tx.order(MERCHANT, "1001"), units(1))
    assert records.put_order(MERCHANT, an_order(quantity=5)).stored
    with records.transaction() as tx:
        assert tx.reserve_units(other, tx.order(MERCHANT, "1001"), units(3))


def test_a_higher_captured_amount_is_another_capture(records: SqlRecords) -> None:
    """A second capture, or a new payment, is added to the ledger; a mistake is corrected by an entry of its own."""
    records.put_order(MERCHANT, an_order(captured=2000))
    records.put_order(MERCHANT, an_order(captured=3000), actor=SHOP)
    voucher = Payment(payment_id="voucher", method=PaymentMethod.GIFT_CARD, reference="gc_1", captured_minor=500)
    both = (*an_order(captured=3000).payments, voucher)
    records.put_order(MERCHANT, _with(an_order(), payments=both))
    records.put_order(MERCHANT, an_order(captured=2500))
    assert _captures(records) == [
        ("capture", 2000),
        ("capture", 1000),
        ("capture", 500),
        ("capture_corrected", -500),
        ("capture_corrected", -500),
    ]
    balances = {each.payment_id: each.captured_minor for each in records.reads.balances(MERCHANT, "1001")}
    assert balances == {"card": 2500, "voucher": 0}
    assert records.reads.order_ledger(MERCHANT, "1001")[1].actor == SHOP


def test_money_that_left_cannot_be_uncaptured(records: SqlRecords) -> None:
    """A payment cannot shrink below what was refunded from it, nor change its currency."""
    records.put_order(MERCHANT, an_order(captured=3000))
    ref = a_case(records)
    with records.transaction() as tx:
        assert tx.plan_payouts(ref, [a_payout(ref, 1200)], SHOP)
    refused = records.put_order(MERCHANT, an_order(captured=1199))
    assert refused.outcome is OrderOutcome.MONEY_MOVED
    assert records.put_order(MERCHANT, _with(an_order(), payments=())).outcome is OrderOutcome.MONEY_MOVED
    assert records.put_order(MERCHANT, an_order(captured=1200)).stored
    euros = records.put_order(MERCHANT, _with(an_order(), currency="EUR"))
    assert euros.outcome is OrderOutcome.CURRENCY_CHANGED


def test_a_batch_keeps_the_good_and_names_the_refused(records: SqlRecords) -> None:
    """One order that cannot change does not stop the others of an import."""
    records.put_order(MERCHANT, an_order("a", quantity=2))
    ref = a_case(records, "a")
    with records.transaction() as tx:
        tx.reserve_units(ref, tx.order(MERCHANT, "a"), units(2))
    receipts = records.put_orders(MERCHANT, [an_order("b"), an_order("a", quantity=1), an_order("c")])
    assert [receipt.outcome for receipt in receipts] == ["created", "units_in_cases", "created"]
    again = records.put_orders(MERCHANT, [an_order("c"), an_order("b")])
    assert [(receipt.order_id, receipt.outcome) for receipt in again] == [("c", "unchanged"), ("b", "unchanged")]


def test_a_batch_names_each_order_once(records: SqlRecords) -> None:
    """A file that tells one order in two ways at once is a mistake of its maker."""
    with pytest.raises(ValueError, match="once"):
        records.put_orders(MERCHANT, [an_order("a"), an_order("a", quantity=9)])


def test_strange_characters_do_no_harm(records: SqlRecords) -> None:
    """Whatever a customer typed as a name or e-mail can be kept and found."""
    records.put_order(MERCHANT, an_order(email="Zoë\x00@shop.test", customer="ü\x00"))
    assert records.reads.order(MERCHANT, "1001").order.customer.email == "Zoë\x00@shop.test"


def test_a_new_field_of_ours_does_not_change_every_order(records: SqlRecords) -> None:
    """An order that is told with a value that we would have assumed anyway is the same order."""
    records.put_order(MERCHANT, an_order())
    told = Order.model_validate(an_order().model_dump(exclude_defaults=True))
    assert records.put_order(MERCHANT, told).outcome is OrderOutcome.UNCHANGED
