"""A gift wholesaler's real year: who is noticed for sending half of it back, and who is not. Skipped without the data."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from activities.cases import ReturnSteps
from activities.steps import Step
from domain.cases import CaseRef
from domain.orders import Order
from domain.policies import Policy
from domain.returns.case import ReturnCase, ReturnRequest
from records.database import SqlRecords, open_records
from records.models import ReturnClaim
from records.schema import migrate
from tests.builders import CONDITIONS, MERCHANT, STOREFRONT, a_policy, windows_of
from tests.domain.real_returns import read_orders, read_real_requests

DATA = Path(__file__).parents[3] / "shared" / "data"
RETURNS, ORDERS = DATA / "retail_returns.csv.gz", DATA / "retail_orders.csv.gz"
# 222 credit lines, the most of all: an honest customer, and the largest.
LARGEST = "14911"
LEAST_MINOR = 10_000

needs_data = pytest.mark.skipif(
    not (RETURNS.exists() and ORDERS.exists()), reason="needs ../shared/data/, which is not here"
)


@dataclass
class Year:
    """What one customer bought and sent back, read straight from the files."""

    orders: set[str] = field(default_factory=set)
    bought_minor: int = 0
    bought_units: int = 0
    lines: int = 0
    returned_minor: int = 0
    returned_units: int = 0

    @property
    def is_half(self) -> bool:
        """Whether half of value and units came back, of enough to say anything."""
        half = 2 * self.returned_minor >= self.bought_minor and 2 * self.returned_units >= self.bought_units
        return half and self.bought_minor >= LEAST_MINOR


def read_years() -> dict[str, Year]:
    """By known customer, goods alone; credits of nothing that was ordered are left out."""
    years: defaultdict[str, Year] = defaultdict(Year)
    for row in _rows(ORDERS):
        year = years[row["customer_id"]]
        year.orders.add(row["order_id"])
        if row["kind"] == "product":
            year.bought_minor += int(row["qty"]) * int(row["unit_price_pence"])
            year.bought_units += int(row["qty"])
    for row in _rows(RETURNS):
        year = years[row["customer_id"]]
        year.lines += row["kind"] == "product"
        if row["original_order_id"] and row["kind"] == "product":
            year.returned_minor += int(row["returned_qty"]) * int(row["original_unit_price_pence"])
            year.returned_units += int(row["returned_qty"])
    years.pop("", None)
    return dict(years)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt") as opened:
        yield from csv.DictReader(opened)


def watchful() -> Policy:
    """The policy as it is shipped; no window and no law, so that signals alone decide."""
    return a_policy(windows=windows_of(3650), statutes=())


def play(records: SqlRecords, past: list[tuple[ReturnCase, Order]]) -> dict[str, list[bool]]:
    """By customer, on which of their requests a signal was seen, made in the order in which they really were."""
    steps, found = ReturnSteps(records, CONDITIONS), defaultdict[str, list[bool]](list)
    for case, order in sorted(past, key=lambda each: (each[0].requested_at, each[0].ref.rma)):
        claim = ReturnClaim(
            merchant=MERCHANT,
            idempotency_key=case.ref.rma,
            body_hash="",
            request=ReturnRequest(order_id=order.order_id, lines=case.lines),
            actor=STOREFRONT,
            requested_at=case.requested_at,
            claimed_at=case.requested_at,
        )
        ref: CaseRef = records.claim_return(claim, new_rma=lambda rma=case.ref.rma: rma).ref  # type: ignore[misc]
        steps.open(Step(ref=ref, at=case.requested_at))
        eligibility = records.reads.return_case(MERCHANT, ref.rma).case.eligibility
        assert eligibility is not None
        if eligibility.risk is not None:
            found[order.customer.customer_id].append(bool(eligibility.risk.evidence))
    return found


@needs_data
def test_who_is_noticed_on_a_real_year(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The largest customer is never asked a question; who sends half of it back is, by the last of their returns."""
    years = read_years()
    halves = {customer for customer, year in years.items() if year.is_half}
    assert max(years, key=lambda customer: years[customer].lines) == LARGEST
    chosen = halves | {LARGEST}
    wanted = {order_id for customer in chosen for order_id in years[customer].orders}
    migrate(address := f"sqlite:///{tmp_path}/year.db")
    records = open_records(address)
    records.put_policy(MERCHANT, watchful())
    records.put_orders(MERCHANT, list(read_orders(ORDERS, wanted, tmp_path)))
    past = [each for each in read_real_requests(ORDERS, RETURNS, tmp_path) if each[1].order_id in wanted]

    noticed = play(records, past)

    with capsys.disabled():
        print()
        for customer in sorted(chosen, key=lambda each: -years[each].bought_minor):
            year, asked = years[customer], noticed[customer]
            value = 100 * year.returned_minor // year.bought_minor
            units = 100 * year.returned_units // year.bought_units
            seen = sum(asked)
            print(
                f"customer {customer}: {year.lines} credit lines, {year.returned_minor / 100:,.2f} of "
                f"{year.bought_minor / 100:,.2f} GBP ({value} % of the value, {units} % of the units) in {len(year.orders)} orders; noticed {seen} of {len(asked)} times"
            )
    assert years[LARGEST].lines == 222
    assert 100 * years[LARGEST].returned_minor < 6 * years[LARGEST].bought_minor
    assert len(noticed[LARGEST]) > 50
    assert not any(noticed[LARGEST])
    assert len(halves) > 10
    assert {customer for customer in halves if not noticed[customer][-1]} == set()
    records.close()
