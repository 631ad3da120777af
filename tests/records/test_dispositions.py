"""Totals of what became of goods, on both databases."""

from __future__ import annotations

from datetime import timedelta

from domain.goods_back.facts import DisposedUnits
from domain.policies import Disposition
from records.database import SqlRecords
from records.dispositions import DispositionTotal, record_dispositions
from tests.builders import ASKED, MERCHANT, an_authorized_return, an_order

LATER = ASKED + timedelta(days=1)


def put_away(records: SqlRecords, rma: str, *units: tuple[Disposition, int, int, int], days: int = 0) -> None:
    """The warehouse carried that out."""
    disposed = tuple(
        DisposedUnits(line_id="1", disposition=what, quantity=count, recovered_minor=recovered, cost_minor=cost)
        for what, count, recovered, cost in units
    )
    case = an_authorized_return(rma=rma).with_goods(dispositions=disposed)
    with records.writing() as connection:
        record_dispositions(connection, case, an_order(), at=ASKED + timedelta(days=days))


def test_totals(records: SqlRecords) -> None:
    """Units, what they recover and what they cost, by disposition, within a span of time and one shop."""
    put_away(records, "2222-2222", (Disposition.RESTOCK, 2, 2400, 0), (Disposition.LIQUIDATE, 1, 180, 50))
    put_away(records, "3333-3333", (Disposition.RESTOCK, 1, 1200, 0), days=2)
    restock, liquidate = Disposition.RESTOCK, Disposition.LIQUIDATE

    def total(what: Disposition, units: int, recovered: int, cost: int) -> DispositionTotal:
        return DispositionTotal(
            disposition=what, currency="GBP", units=units, recovered_minor=recovered, cost_minor=cost
        )

    sums = records.receipts.disposition_totals
    assert sums(MERCHANT) == [total(liquidate, 1, 180, 50), total(restock, 3, 3600, 0)]
    assert sums(MERCHANT, start=LATER) == [total(restock, 1, 1200, 0)]
    assert sums(MERCHANT, end=LATER) == [total(liquidate, 1, 180, 50), total(restock, 2, 2400, 0)]
    assert sums("elsewhere") == []
