"""Lists stay quick however many cases there are: SQLite, which plans without statistics, reads them off an index."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.dialects import sqlite

from domain.cases import WaitingFor
from records.database import open_records
from records.search import ReturnFilter, make_cursor, select_returns
from records.tables import cases
from tests.records import databases
from tests.records.builders import MERCHANT, NOON

CURSOR = make_cursor(NOON, "2222-2222")
LISTS = [
    {},
    {"state": "closed"},
    {"waiting_for": WaitingFor.PARCEL},
    {"state": "closed", "waiting_for": WaitingFor.PARCEL},
    {"state": "closed", "requested_from": NOON, "requested_before": NOON},
    {"customer_id": "c", "state": "closed"},
    {"order_id": "a", "customer_id": "c", "state": "closed", "waiting_for": WaitingFor.PARCEL},
]


def _plan(connection: Connection, wanted: ReturnFilter) -> str:
    query = select_returns((cases.c.document,), MERCHANT, wanted, limit=50, cursor=CURSOR)
    statement = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    rows = connection.execute(text("EXPLAIN QUERY PLAN " + statement.replace(":", r"\:")))
    return "\n".join(row.detail for row in rows)


@pytest.fixture
def connection(tmp_path: Path, template_folder: Path) -> Iterator[Connection]:
    """A reading connection of a SQLite database without statistics; bench.reads measures PostgreSQL, which has them."""
    with databases.new_sqlite(tmp_path, template_folder / "template.db") as address:
        records = open_records(address)
        with records.reads.reading() as opened:
            yield opened
        records.close()


@pytest.mark.parametrize("wanted", LISTS, ids=lambda wanted: " and ".join(wanted) or "no filter")
def test_a_page_is_read_in_the_order_of_an_index(connection: Connection, wanted: dict[str, object]) -> None:
    """A page of any list touches its own rows and sorts nothing."""
    plan = _plan(connection, ReturnFilter.model_validate(wanted))
    assert plan.startswith("SEARCH cases USING INDEX ix_cases_merchant_")
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("search", ["someone@shop.test", "2222-2222", "TRACK1"])
@pytest.mark.parametrize("wanted", LISTS, ids=lambda wanted: " and ".join(wanted) or "no filter")
def test_a_search_starts_from_what_it_found(connection: Connection, wanted: dict[str, object], search: str) -> None:
    """A search looks up its few hits, whatever else the list is narrowed by, and walks through no list."""
    plan = _plan(connection, ReturnFilter.model_validate(wanted | {"search": search}))
    assert plan.startswith("SEARCH cases USING INDEX sqlite_autoindex_cases_1 (merchant=? AND rma=?)")
    assert plan.replace("SCAN CONSTANT ROW", "").count("SCAN") == 0
    assert "(merchant=?)" not in plan
