"""What is on record about an account: kept with orders and returns, in the windows of the rules, read off indexes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import event, insert, text

from domain.policies import AbuseRules
from domain.returns.risks import ReturnStake
from domain.risk.models import RiskHistory
from records import risk
from records.database import SqlRecords
from records.tables import return_stakes
from tests.records.builders import MERCHANT, NOON, a_case, an_order

RULES = AbuseRules()


def history(records: SqlRecords, *, customer: str = "c-1", at: Any = NOON) -> RiskHistory:
    """What a request of the customer would be judged by."""
    with records.reads.reading() as connection:
        return risk.load_history(connection, MERCHANT, an_order(customer=customer), RULES, at=at)


def returned(records: SqlRecords, order_id: str, *, days_ago: int, **changes: Any) -> None:
    """A return of the order, one mug of 10.00, asked for so many days ago."""
    ref = a_case(records, order_id)
    values: dict[str, Any] = {
        "account": "c-1",
        "currency": "GBP",
        "requested_at": NOON - timedelta(days=days_ago),
        "counted": True,
        "value_minor": 1000,
        "units": 1,
        "kept_minor": 0,
        "no_receipt_claims": 0,
        "worn_units": 0,
        "outcome": "allow",
    }
    with records.writing() as connection:
        risk.keep_stake(connection, ref, ReturnStake(**(values | changes)))


def test_purchases_follow_the_order(records: SqlRecords) -> None:
    """An order counts once, as it was last told, for the customer whose it then is."""
    records.put_order(MERCHANT, an_order("1", customer="c-1"))
    records.put_order(MERCHANT, an_order("2", customer="c-1", quantity=1))
    assert history(records).model_dump(include={"orders", "bought_minor", "bought_units"}) == {
        "orders": 2,
        "bought_minor": 5000,
        "bought_units": 6,
    }

    records.put_order(MERCHANT, an_order("2", customer="c-2", quantity=1))

    assert (history(records).orders, history(records, customer="c-2").orders) == (1, 1)


def test_windows(records: SqlRecords) -> None:
    """Each figure counts in the window of its own rule: a year of value, a month of returns; refused ones nowhere."""
    records.put_order(MERCHANT, an_order("1", customer="c-1"))
    returned(records, "1", days_ago=10)
    returned(records, "1", days_ago=100, worn_units=1)
    returned(records, "1", days_ago=400, no_receipt_claims=1)
    returned(records, "1", days_ago=5, counted=False, kept_minor=500)
    returned(records, "1", days_ago=5, currency="EUR", units=2)

    found = history(records)

    assert (found.returned_minor, found.returned_units) == (2000, 4)
    assert (found.returns, found.worn_units, found.no_receipt_claims, found.kept_minor) == (2, 1, 0, 0)


def test_a_history_is_read_off_indexes(records: SqlRecords) -> None:
    """However many returns a shop has, a request reads the rows of its own account."""
    if records.dialect != "sqlite":
        return
    rows = [
        {
            "merchant": MERCHANT,
            "rma": f"R{number}",
            "account": f"c-{number % 2000}",
            "currency": "GBP",
            "requested_at": NOON,
            "counted": True,
            "value_minor": 1000,
            "units": 1,
            "kept_minor": 0,
            "no_receipt_claims": 0,
            "worn_units": 0,
            "outcome": "allow",
        }
        for number in range(20_000)
    ]
    with records.writing() as connection:
        connection.execute(insert(return_stakes), rows)
    asked: list[tuple[str, Any]] = []
    with records.reads.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *seen: asked.append((seen[2], seen[3])))
        found = risk.load_history(connection, MERCHANT, an_order(customer="c-7"), RULES, at=NOON)
        plans = [
            str(row)
            for statement, values in list(asked)
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]
        assert connection.scalar(text("SELECT count(*) FROM return_stakes")) == 20_000
    assert found.returns == 10
    assert len(asked) >= 3
    assert not [plan for plan in plans if "SCAN" in plan]
