"""The real returns of the public data set "Online Retail" as requests with their orders, in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from adapters.storefronts.files.groups import groups_in, survey
from adapters.storefronts.files.mapping import OrderMapping, load_mapping
from adapters.storefronts.files.orders import OrderAssembler
from cli.replay.asked import AskedReturn
from cli.replay.run import read_asked
from domain.orders import Order
from domain.returns.case import ReturnCase
from domain.rma import make_rma
from tests.builders import a_return, a_return_line

MAPPINGS = Path(__file__).parents[2] / "config" / "mappings"


def read_real_requests(orders: Path, returns: Path, folder: Path) -> Iterator[tuple[ReturnCase, Order]]:
    """Each credit note of a known order as the request that it must have been, oldest order first."""
    asked = read_asked(returns, MAPPINGS / "online_retail_credits.yaml", limit=None)
    by_order: defaultdict[str, list[AskedReturn]] = defaultdict(list)
    for each in asked.returns:
        by_order[each.order_id].append(each)
    number = 0
    for order in read_orders(orders, set(by_order), folder):
        for each in by_order[order.order_id]:
            number += 1
            yield _request(each, order, number), order


def read_orders(path: Path, wanted: set[str], folder: Path) -> Iterator[Order]:
    """The orders of those ids, as the file has them."""
    mapping = load_mapping(MAPPINGS / "online_retail.yaml", OrderMapping)
    assembler = OrderAssembler(mapping)
    scattered = survey(path, mapping.layout, mapping.group_by).scattered
    for group in groups_in(path, mapping.layout, mapping.group_by, scattered=scattered, folder=folder):
        if group.key in wanted:
            order = assembler.assemble(group).made
            if order is not None:
                yield order


def _request(asked: AskedReturn, order: Order, number: int) -> ReturnCase:
    symbols = [number // 31**place % 31 for place in range(7)]
    lines = tuple(a_return_line(line_id, units, asked.reasons[line_id]) for line_id, units in asked.units.items())
    return a_return(rma=make_rma(symbols), order_id=order.order_id, requested_at=asked.requested_at, lines=lines)
