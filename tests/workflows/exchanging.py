"""Exchanges in the house of the workflow tests: customer, warehouse and payment provider are played here."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest

from activities.payment_events import PaymentEventSteps
from domain.cases import CaseKind, CaseRef, EventKind, WaitingFor
from domain.collection_answers import order_of
from domain.collections import Collection, CollectionKind
from domain.orders import Order
from domain.payment_events import PaymentEvent, PaymentEventKind
from domain.policies import Policy
from domain.replacement_shipments.case import DeliveryState
from domain.returns.case import ReturnCase, ReturnLine
from tests.builders import MERCHANT
from tests.exchanges import a_mug_order, an_exchange_policy
from tests.goods import a_product
from tests.workflows.house import House, until
from workflows.goods_out import GoodsOut

DAY = timedelta(days=1)
_ids = itertools.count(1)


@dataclass
class Bazaar:
    """A shop that exchanges, with one exchange under way."""

    house: House
    ref: CaseRef

    @property
    def case(self) -> ReturnCase:
        """The exchange as it is stored."""
        return self.house.records.reads.return_case(MERCHANT, self.ref.rma).case

    @property
    def state(self) -> str:
        """Where it stands."""
        return self.house.view(self.ref).state

    async def waits_for(self, wait: WaitingFor) -> None:
        """It waits for that."""
        await until(lambda: self.house.view(self.ref).waiting_for is wait)

    async def confirm(self, number: int = 1) -> None:
        """The customer confirms in the browser, and the provider tells."""
        await until(lambda: bool(self.case.collections) and self.case.collections[number - 1].state == "requested")
        collection = self.case.collections[number - 1]
        made = self.house.collections.confirm(collection.key)
        hold = collection.kind is CollectionKind.HOLD
        kind = PaymentEventKind.COLLECTION_AUTHORIZED if hold else PaymentEventKind.COLLECTION_CAPTURED
        await self._tell(kind, collection, amount=made.amount)

    async def ship(self, *units: tuple[str, int], shipment: int = -1, state: str = "shipped") -> None:
        """The warehouse hands a parcel to the carrier, and tells."""
        await until(lambda: bool(self.case.exchange and self.case.exchange.let_go))
        await self._dispatched_until(lambda: any(not each.from_return for each in self.house.fulfilment.sent.values()))
        number = self.case.exchange.shipments[shipment].number if self.case.exchange else ""
        ref = CaseRef(merchant=MERCHANT, rma=number, kind=CaseKind.REPLACEMENT_SHIPMENT)
        key = f"{ref.workflow_id}:goods"
        await self._dispatched_until(lambda: key in self.house.fulfilment.sent)
        name = self.house.fulfilment.hand_over(key, *units, state=DeliveryState(state))
        told = [{"sku": sku, "quantity": quantity} for sku, quantity in units]
        payload = {"delivery_id": name, "state": state, "units": told}
        event = self.house.keep(ref, EventKind.SHIPMENT_CHANGED, payload, case_kind=ref.kind)
        assert await self.house.gateway.deliver(ref, event)
        await self.house.gateway.ask(ref, event)

    async def run_short(self, shipment: int = -1) -> None:
        """The warehouse tells that it cannot supply what has not left."""
        number = self.case.exchange.shipments[shipment].number if self.case.exchange else ""
        ref = CaseRef(merchant=MERCHANT, rma=number, kind=CaseKind.REPLACEMENT_SHIPMENT)
        event = self.house.keep(ref, EventKind.SHORTAGE_REPORTED, case_kind=ref.kind)
        assert await self.house.gateway.deliver(ref, event)
        await self.house.gateway.ask(ref, event)

    def refunded(self) -> list[int]:
        """What was refunded by the provider, in minor units."""
        return [refund.amount.minor for _, refund in self.house.payments.made]

    def order(self) -> Order:
        """The order as it is now."""
        return self.house.records.reads.order(MERCHANT, "A-1001").order

    def events(self) -> list[str]:
        """What the timeline tells."""
        return self.house.timeline(self.ref)

    async def start_shipments(self) -> None:
        """Dispatch starts what is on record and does not run."""
        for due in self.house.records.queues.due_claims(datetime.now(UTC) + DAY, limit=10):
            await self.house.gateway.open(due.ref)

    async def _dispatched_until(self, condition: Callable[[], bool]) -> None:
        """The condition holds, as in a shop whose dispatch runs: what no story tells is told by dispatch."""
        for _ in range(60):
            await self.start_shipments()
            for due in self.house.records.queues.due_events(datetime.now(UTC) + DAY, limit=50):
                await self.house.gateway.deliver(due.event.ref, due.event)
            with suppress(AssertionError):
                await until(condition, seconds=1)
                return
        raise AssertionError("dispatch did not bring it to that")

    async def pass_time(self, span: timedelta) -> None:
        """So much time passes, for the story and for its provider."""
        await self.start_shipments()
        self.house.collections.now += span
        await self.house.pass_time(self.ref, span)

    async def end(self) -> str:
        """Its final state, once its workflow has run to its end."""
        await self.start_shipments()
        return await self.house.ended(self.ref)

    async def _tell(self, kind: PaymentEventKind, collection: Collection, **more: Any) -> None:
        order = order_of(self.ref, collection)
        values: dict[str, Any] = {"amount": order.amount, "reference": collection.provider_reference, "key": order.key}
        event = PaymentEvent(
            provider="stripe",
            event_id=f"evt_bazaar_{next(_ids)}",
            merchant=MERCHANT,
            kind=kind,
            name=str(kind),
            occurred_at=datetime.now(UTC),
            **(values | more),
        )
        self.house.records.keep_payment_event(event)
        steps = PaymentEventSteps(self.house.records, self.house.payments, self.house.collections)
        steps.apply(event.provider, event.event_id, at=datetime.now(UTC))
        for due in self.house.records.queues.due_events(datetime.now(UTC) + DAY, limit=10):
            if due.event.rma == self.ref.rma:
                assert await self.house.gateway.deliver(due.event.ref, due.event)
                await self.house.gateway.ask(due.event.ref, due.event)


@contextmanager
def started_by_dispatch() -> Iterator[None]:
    """Shipments are started as dispatch starts them: the test server skips no time for a story with an open child."""

    async def leave_it(self: GoodsOut, number: str) -> None:
        """Dispatch will."""

    with patch.object(GoodsOut, "_start", leave_it):
        yield


async def an_exchange(
    house: House,
    *lines: ReturnLine,
    order: Order | None = None,
    policy: Policy | None = None,
    stock: int = 5,
    **wish: Any,
) -> Bazaar:
    """An exchange that was asked for and decided, in a shop with mugs on its shelf."""
    house.sell(order or a_mug_order(), policy or an_exchange_policy())
    house.records.put_product(MERCHANT, a_product())
    for sku in ("MUG-S-BLUE", "MUG-L-BLUE", "MUG-S-RED", "MUG-L-RED"):
        house.fulfilment.free[sku] = stock
    return Bazaar(house, await house.ask_for(*lines, **wish))


@pytest.fixture
def by_dispatch() -> Iterator[None]:
    """See `started_by_dispatch`."""
    with started_by_dispatch():
        yield
