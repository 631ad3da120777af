"""Whether screens stay quick: every list and search with 100,000 cases against 1,000, side by side in one run.

    python -m bench.reads                                   # SQLite in a temporary folder
    python -m bench.reads --postgres postgresql://u@h/db    # two databases made there, dropped afterwards

Ends with 1 when a read of the larger database takes more than 1.5 times as long (and more than 0.3 ms longer, below
which this machine's noise decides).
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta

from sqlalchemy import create_engine, make_url, text

from bench.shop_year import MERCHANT, START, fill, rma_of
from domain.cases import WaitingFor
from records.database import SqlRecords, open_records
from records.engines import parse_database_url
from records.schema import migrate
from records.search import ReturnFilter, make_cursor

SMALL, LARGE = 1_000, 100_000
ALLOWED = 1.5
NOISE_MS = 0.3
ROUNDS = 60

Read = Callable[[SqlRecords, int], object]


def _list(**wanted: object) -> Read:
    chosen = ReturnFilter.model_validate(wanted)
    return lambda records, _count: records.reads.returns(MERCHANT, chosen)


def _search(spell: Callable[[int], str]) -> Read:
    return lambda records, count: records.reads.returns(MERCHANT, ReturnFilter(search=spell(count // 2)))


READS: dict[str, Read] = {
    "list": _list(),
    "list, a page in the middle": lambda records, _: records.reads.returns(
        MERCHANT, cursor=make_cursor(START + timedelta(days=180), rma_of(0))
    ),
    "list by state": _list(state="closed"),
    "list by rare state": _list(state="awaiting_approval"),
    "list by what it waits for": _list(waiting_for=WaitingFor.PARCEL),
    "list by both": _list(state="authorized", waiting_for=WaitingFor.PARCEL),
    "list by a pair that never is": _list(state="closed", waiting_for=WaitingFor.PARCEL),
    "list by state and date": _list(
        state="closed", requested_from=START + timedelta(days=100), requested_before=START + timedelta(days=200)
    ),
    "list by order": _list(order_id="order-7"),
    "list by customer": _list(customer_id="customer-7"),
    "list by customer and state": _list(customer_id="customer-7", state="closed"),
    "search by RMA": _search(rma_of),
    "search by order": _search(lambda number: f"order-{number // 2}"),
    "search by e-mail": _search(lambda number: f"customer{number // 10}@shop.test"),
    "search by tracking number out": _search(lambda number: f"OUT{number // 2}"),
    "search by tracking number back": _search(lambda number: f"BACK{number}"),
    "search without a hit": _search(lambda _: "nothing"),
    "one case": lambda records, count: records.reads.return_case(MERCHANT, rma_of(count // 2)),
    "its timeline": lambda records, count: records.reads.timeline(MERCHANT, rma_of(count // 2)),
    "an order with its cases": lambda records, count: records.reads.order_with_cases(MERCHANT, f"order-{count // 4}"),
    "totals by state": lambda records, _: records.reads.totals(MERCHANT),
    "unstarted claims": lambda records, _: records.queues.due_claims(START + timedelta(days=999), limit=20),
    "due events": lambda records, _: records.queues.due_events(START + timedelta(days=999), limit=20),
}


def measure(small: SqlRecords, large: SqlRecords) -> dict[str, tuple[float, float]]:
    """Median milliseconds of each read in both databases; they take turns, so that a busy machine slows both."""
    taken: dict[str, tuple[list[float], list[float]]] = {name: ([], []) for name in READS}
    for _ in range(ROUNDS):
        for name, read in READS.items():
            for records, count, times in ((small, SMALL, taken[name][0]), (large, LARGE, taken[name][1])):
                began = time.perf_counter()
                read(records, count)
                times.append((time.perf_counter() - began) * 1000)
    return {name: (statistics.median(few), statistics.median(many)) for name, (few, many) in taken.items()}


@contextmanager
def postgres_database(server_url: str) -> Iterator[str]:
    """The address of a new database on that server; it is dropped afterwards."""
    name = f"aftercart_bench_{uuid.uuid4().hex[:8]}"
    server = create_engine(parse_database_url(server_url), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with server.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def _filled(database_url: str, count: int) -> SqlRecords:
    migrate(database_url)
    records = open_records(database_url)
    began = time.perf_counter()
    fill(records, count)
    print(f"{count} cases made in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return records


def main() -> int:
    """Prints one line for each read; 1 when one grew too slow."""
    arguments = argparse.ArgumentParser(description="Reads with 100,000 cases against 1,000.")
    arguments.add_argument("--postgres", metavar="URL", help="a PostgreSQL server; without it SQLite is measured")
    server_url = arguments.parse_args().postgres
    with ExitStack() as stack:
        if server_url:
            urls = [stack.enter_context(postgres_database(server_url)) for _ in range(2)]
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            urls = [f"sqlite:///{folder}/{count}.db" for count in (SMALL, LARGE)]
        small, large = (_filled(url, count) for url, count in zip(urls, (SMALL, LARGE), strict=True))
        stack.callback(small.close)
        stack.callback(large.close)
        results = measure(small, large)
    slow = [name for name, (few, many) in results.items() if many > few * ALLOWED and many - few > NOISE_MS]
    print(f"{'read':34}{'1,000':>10}{'100,000':>10}  ratio   (median ms, {small.dialect})")
    for name, (few, many) in results.items():
        print(f"{name:34}{few:10.2f}{many:10.2f}  {many / few:5.2f}{'  TOO SLOW' if name in slow else ''}")
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
