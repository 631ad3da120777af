"""A warehouse in memory that sends goods: puts aside and ships once per key, from the stock that it was given."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from domain.errors import Rejected
from domain.fulfilment_port import DeliveryReport, ShipmentOrder, StockReservation
from domain.replacement_shipments.case import DeliveryState, Goods
from domain.replacement_shipments.counts import count_goods
from tests.fakes.faults import Faults


class FakeFulfilment:
    """`free` are units by SKU, `held` the reservations, `sent` the shipments, `parcels` what is known of each, by key."""

    def __init__(self, **free: int) -> None:
        self.faults = Faults()
        self.free = Counter({sku.replace("_", "-"): units for sku, units in free.items()})
        self.held: dict[str, StockReservation] = {}
        self.released: set[str] = set()
        self.sent: dict[str, ShipmentOrder] = {}
        self.parcels: dict[str, list[DeliveryReport]] = {}
        self.packed: set[str] = set()
        self.stopped: set[str] = set()
        self.calls: list[str] = []

    def reserve(self, reservation: StockReservation) -> None:
        self.calls.append("reserve")
        self.faults.around(lambda: self._reserve(reservation))

    def release(self, merchant: str, key: str) -> None:
        self.calls.append("release")
        self.faults.around(lambda: self._release(key))

    def ship(self, order: ShipmentOrder) -> None:
        self.calls.append("ship")
        self.faults.around(lambda: self._ship(order))

    def stop(self, merchant: str, key: str) -> tuple[DeliveryReport, ...]:
        self.calls.append("stop")
        return self.faults.around(lambda: self._stop(key))

    def find_deliveries(self, merchant: str, key: str) -> tuple[DeliveryReport, ...] | None:
        self.calls.append("find_deliveries")
        found = self.faults.around(lambda: (self._find(key),))
        return found[0]

    def hand_over(self, key: str, *units: tuple[str, int], state: DeliveryState = DeliveryState.SHIPPED) -> str:
        """A parcel with these units goes to the carrier; nobody is told. The answer is its id."""
        parcels = self.parcels[key]
        goods = tuple(Goods(sku=sku, quantity=quantity) for sku, quantity in units) or self.sent[key].units
        name = f"dlv-{len(parcels) + 1}"
        parcels.append(
            DeliveryReport(
                delivery_id=name,
                state=state,
                units=goods,
                carrier="Post",
                tracking_number=f"OUT-{name}",
                at=datetime.now(UTC),
            )
        )
        return name

    def move(self, key: str, name: str, state: DeliveryState) -> None:
        """The parcel is now in that state; nobody is told."""
        self.parcels[key] = [
            each.model_copy(update={"state": state}) if each.delivery_id == name else each for each in self.parcels[key]
        ]

    def _reserve(self, reservation: StockReservation) -> bool:
        if reservation.key in self.released:
            raise Rejected("reservation_released", "the key is spent")
        if earlier := self.held.get(reservation.key):
            if earlier != reservation:
                raise Rejected("idempotency_key_reused", "this key was used for another reservation")
            return True
        self._take(reservation.units)
        self.held[reservation.key] = reservation
        return True

    def _release(self, key: str) -> bool:
        if any(order.reservation_key == key for order in self.sent.values()):
            raise Rejected("already_shipping", "the goods are going out")
        self.released.add(key)
        if held := self.held.pop(key, None):
            self.free.update({goods.sku: goods.quantity for goods in held.units})
        return True

    def _stop(self, key: str) -> tuple[DeliveryReport, ...]:
        if key in self.packed and key not in self.stopped:
            raise Rejected("already_packed", "the goods wait for the carrier")
        parcels = tuple(self.parcels.get(key, ()))
        if key in self.sent and key not in self.stopped:
            left = count_goods(self.sent[key].units) - count_goods(unit for each in parcels for unit in each.units)
            self.free.update(left)
        self.stopped.add(key)
        return parcels

    def _ship(self, order: ShipmentOrder) -> bool:
        if order.key in self.stopped:
            raise Rejected("shipment_stopped", "the key is spent")
        if earlier := self.sent.get(order.key):
            if earlier != order:
                raise Rejected("idempotency_key_reused", "this key was used for another shipment")
            return True
        if not order.address.street1 or not order.address.country:
            raise Rejected("unusable_address", "the address needs a street and a country")
        if not order.from_return and self.held.pop(order.reservation_key, None) is None:
            self._take(order.units)
        self.sent[order.key] = order
        self.parcels[order.key] = []
        return True

    def _find(self, key: str) -> tuple[DeliveryReport, ...] | None:
        return tuple(self.parcels[key]) if key in self.sent else None

    def _take(self, units: tuple[Goods, ...]) -> None:
        wanted: Counter[str] = Counter()
        for goods in units:
            wanted[goods.sku] += goods.quantity
        if short := wanted - self.free:
            raise Rejected("out_of_stock", f"missing: {dict(short)}")
        self.free.subtract(wanted)
