"""Who sends goods to customers, as a Protocol. Every method raises only the three port errors of `domain.errors`."""

from __future__ import annotations

from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.addresses import Address
from domain.replacement_shipments.case import DeliveryState, Goods


class FulfilmentMessage(BaseModel):
    """What goes to the warehouse and comes back is a value."""

    model_config = ConfigDict(frozen=True)


class StockReservation(FulfilmentMessage):
    """Goods to put aside for one shipment. `key` is the same on every try and never used for anything else."""

    merchant: str
    number: str
    key: str
    warehouse: str
    units: tuple[Goods, ...]
    until: AwareDatetime | None = None


class ShipmentOrder(FulfilmentMessage):
    """Goods to send to a customer, out of the reservation of that key. `number` is the case, for papers and news.

    Goods that go back to their customer are those that came `from_return`, which never were in stock.
    """

    merchant: str
    number: str
    key: str
    reservation_key: str
    order_id: str
    warehouse: str
    address: Address
    units: tuple[Goods, ...]
    from_return: str = ""


class DeliveryReport(FulfilmentMessage):
    """One parcel as the warehouse knows it."""

    delivery_id: str
    state: DeliveryState
    units: tuple[Goods, ...]
    carrier: str = ""
    tracking_number: str = ""
    at: AwareDatetime


class Fulfilment(Protocol):
    """A warehouse that sends goods to customers."""

    def reserve(self, reservation: StockReservation) -> None:
        """All of the units are put aside once under this key, or none.

        Raises Rejected (`out_of_stock`, `reservation_released`, `unknown_sku`), Unavailable, OutcomeUnknown (safe to
        call again).
        """
        ...

    def release(self, merchant: str, key: str) -> None:
        """Nothing is put aside under this key, now or ever; a key that was never used is spent as well.

        Raises Rejected (`already_shipping`) when the goods are going out, Unavailable, OutcomeUnknown (safe to call again).
        """
        ...

    def ship(self, order: ShipmentOrder) -> None:
        """The warehouse sends these goods once under this key, in as many parcels as it needs.

        Stock that is no longer put aside is taken from what is free, goods of a return from what was kept apart for its
        customer. Raises Rejected (`out_of_stock`, `unusable_address`), Unavailable, OutcomeUnknown (safe to call again).
        """
        ...

    def stop(self, merchant: str, key: str) -> tuple[DeliveryReport, ...]:
        """Nothing leaves under this key beside the parcels of the answer, now or ever; a key never used is spent as well.

        Raises Rejected (`already_packed`) when what is left can no longer be held back, Unavailable, OutcomeUnknown (safe
        to call again).
        """
        ...

    def find_deliveries(self, merchant: str, key: str) -> tuple[DeliveryReport, ...] | None:
        """Every parcel of the shipment as it is now, oldest first; None when the warehouse was never told to ship.

        Raises Unavailable or Rejected.
        """
        ...
