"""Orders as they were: an amount can be computed again long after the shop has changed the order."""

from __future__ import annotations

import pytest

from domain.errors import UnknownOrder
from records.database import SqlRecords
from records.order_versions import load_version
from tests.records.builders import MERCHANT, a_case, an_order


def test_every_version_stays_readable(records: SqlRecords) -> None:
    """What the shop told first and second is still there when it has told a third order; no other version is."""
    for email in ("a@shop.test", "b@shop.test", "c@shop.test"):
        records.put_order(MERCHANT, an_order(email=email))

    with records.reads.reading() as connection:
        found = [load_version(connection, MERCHANT, "1001", version) for version in (1, 2, 3)]
        assert [order.customer.email for order in found] == ["a@shop.test", "b@shop.test", "c@shop.test"]
        for version in (0, 4):
            with pytest.raises(UnknownOrder):
                load_version(connection, MERCHANT, "1001", version)
        with pytest.raises(UnknownOrder):
            load_version(connection, "elsewhere", "1001", 1)


def test_a_refused_change_makes_no_version(records: SqlRecords) -> None:
    """A change that was refused, or that changes nothing, leaves no version behind."""
    records.put_order(MERCHANT, an_order())
    records.put_order(MERCHANT, an_order())
    records.put_order(MERCHANT, an_order(quantity=9), expected_version=7)

    with records.transaction() as tx:
        assert tx.order_version(MERCHANT, "1001") == 1
    with records.reads.reading() as connection, pytest.raises(UnknownOrder):
        load_version(connection, MERCHANT, "1001", 2)


def test_the_version_that_a_step_works_on(records: SqlRecords) -> None:
    """A step is told the version of the order that it reads; an unknown order has none."""
    records.put_order(MERCHANT, an_order())
    records.put_order(MERCHANT, an_order(quantity=4))
    a_case(records)

    with records.transaction() as tx:
        assert tx.order(MERCHANT, "1001").lines[0].quantity == 4
        assert tx.order_version(MERCHANT, "1001") == 2
        with pytest.raises(UnknownOrder):
            tx.order_version(MERCHANT, "none")
