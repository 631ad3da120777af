"""Replacement shipments on record: once per promise, found by their case, their order and in lists."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from domain.cases import CaseKind, CaseRef
from domain.errors import UnknownReplacementShipment
from domain.replacement_shipments.case import Goods, shipment_key
from domain.replacement_shipments.opening import ShipmentPlan, open_shipment
from domain.returns.case import ReturnCase
from records.database import SqlRecords
from records.search import CaseFilter
from tests.records.builders import MERCHANT, NOON, SHOP, a_case, an_order


def promise(records: SqlRecords, case: CaseRef, number: int = 1) -> CaseRef:
    """A shipment of one mug that the case promises."""
    plan = ShipmentPlan(number_in_case=number, goods=(Goods(sku="MUG", quantity=1),), warehouse="main")
    with records.transaction() as tx:
        stored = tx.return_case(case)
        assert isinstance(stored, ReturnCase)
        make = partial(open_shipment, for_case=stored, plan=plan, actor=SHOP, at=NOON)
        return tx.open_replacement_shipment(MERCHANT, shipment_key(case, number), make)[0]


def test_one_promise_is_one_shipment(records: SqlRecords) -> None:
    """A step that is repeated after a crash finds the shipment that it made, and dispatch knows that it must start."""
    records.put_order(MERCHANT, an_order())
    case = a_case(records)

    first, again, other = promise(records, case), promise(records, case), promise(records, case, 2)

    assert first == again
    assert first != other
    due = {each.ref for each in records.queues.due_claims(datetime.now(UTC).replace(year=2999), limit=10)}
    assert {first, other} <= due


def test_found_by_its_case(records: SqlRecords) -> None:
    """A case sees its own shipments in the order of its promises, and no other's; none of it is locked."""
    records.put_order(MERCHANT, an_order())
    case, other = a_case(records), a_case(records)
    second, first = promise(records, case, 2), promise(records, case, 1)
    promise(records, other)

    with records.transaction() as tx:
        found = tx.replacement_shipments_of(case, "1001")
        assert tx.is_open(case)
        assert tx.is_open(first)
        assert not tx.is_open(CaseRef(merchant=MERCHANT, rma=first.rma))
        assert not tx.is_open(CaseRef(merchant="elsewhere", rma=case.rma))

    assert [shipment.ref for shipment in found] == [first, second]
    assert len(records.reads.shipments.of_order(MERCHANT, "1001")) == 3


def test_list(records: SqlRecords) -> None:
    """The list goes page by page, newest first, and shows what is asked for."""
    records.put_order(MERCHANT, an_order())
    case = a_case(records)
    refs = [promise(records, case, number) for number in (1, 2, 3)]
    reads = records.reads.shipments

    first = reads.shipments(MERCHANT, limit=2)
    rest = reads.shipments(MERCHANT, limit=2, cursor=first.next_cursor)

    numbers = [each.case.ref.rma for each in (*first.shipments, *rest.shipments)]
    assert sorted(numbers) == sorted(ref.rma for ref in refs)
    assert rest.next_cursor is None
    assert len(reads.shipments(MERCHANT, CaseFilter(open=True, order_id="1001")).shipments) == 3
    assert reads.shipments(MERCHANT, CaseFilter(open=False)).shipments == ()
    assert reads.shipments("elsewhere").shipments == ()


def test_unknown(records: SqlRecords) -> None:
    """A number of another kind or shop is unknown."""
    records.put_order(MERCHANT, an_order())
    case = a_case(records)
    shipment = promise(records, case)

    assert records.reads.shipments.shipment(MERCHANT, shipment.rma).case.ref == shipment
    for merchant, number in ((MERCHANT, case.rma), ("elsewhere", shipment.rma)):
        with pytest.raises(UnknownReplacementShipment):
            records.reads.shipments.shipment(merchant, number)
    assert shipment.kind is CaseKind.REPLACEMENT_SHIPMENT
