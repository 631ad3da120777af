"""Messages to the ports, as a workflow would send them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.addresses import Address
from domain.collection_port import CollectionOrder
from domain.fulfilment_port import ShipmentOrder, StockReservation
from domain.goods_back.declarations import CustomsDeclaration, DeclaredLine
from domain.goods_back.facts import DisposedUnits
from domain.money import Money
from domain.policies import Disposition
from domain.ports import LabelBooking, RefundOrder, StockInstruction
from domain.replacement_shipments.case import Goods

RMA = "7K3F-Q9X4"
MAIN_WAREHOUSE = Address(name="Returns", street1="1 Dock Road", city="Leeds", postal_code="LS1 1AA", country="GB")
CUSTOMER = Address(name="Ada Byron", street1="12 Mill Lane", city="York", postal_code="YO1 7HH", country="GB")
ABROAD = Address(name="Grete Muster", street1="Am Hof 1", city="Köln", postal_code="50667", country="DE")


def a_refund_order(
    payment_reference: str, *, minor: int = 1815, currency: str = "GBP", payout: int = 1, key: str | None = None
) -> RefundOrder:
    """A refund of 18.15 pounds, the first payout of its return."""
    return RefundOrder(
        merchant="default",
        rma=RMA,
        payout=payout,
        key=key or f"default:{RMA}:payout:{payout}",
        payment_reference=payment_reference,
        amount=Money(minor=minor, currency=currency),
    )


def a_declaration(**line: Any) -> CustomsDeclaration:
    """Two mugs of 350 g from Cologne, 24.00 pounds together."""
    values: dict[str, Any] = {
        "line_id": "1",
        "sku": "MUG-1",
        "description": "ceramic mug",
        "quantity": 2,
        "value_minor": 2400,
        "weight_grams": 700,
        "hs_code": "6912.00",
        "origin_country": "PT",
    }
    mugs = DeclaredLine(**(values | line))
    return CustomsDeclaration(sender_country="DE", warehouse_country="GB", currency="GBP", lines=(mugs,))


def a_booking_from_abroad(declared: CustomsDeclaration | None) -> LabelBooking:
    """A parcel from Cologne to the main warehouse."""
    return a_booking(sender=ABROAD).model_copy(update={"customs": declared})


def a_booking(*, reference: str = f"return:default:{RMA}", sender: Address = CUSTOMER) -> LabelBooking:
    """A parcel of 1.2 kg from York to the main warehouse."""
    return LabelBooking(
        merchant="default", rma=RMA, reference=reference, sender=sender, warehouse="main", weight_grams=1200
    )


def an_instruction(
    *units: tuple[str, int, Disposition], key: str = f"return:default:{RMA}:dispositions"
) -> StockInstruction:
    """What to do with received units; the SKU of line `l1` is `SKU-L1`."""
    disposed = units or (("l1", 2, Disposition.RESTOCK),)
    return StockInstruction(
        merchant="default",
        rma=RMA,
        key=key,
        warehouse="main",
        units=tuple(
            DisposedUnits(line_id=line_id, quantity=quantity, disposition=disposition)
            for line_id, quantity, disposition in disposed
        ),
        skus={line_id: f"SKU-{line_id.upper()}" for line_id, _, _ in disposed},
    )


def a_reservation(*units: tuple[str, int], key: str = "stock-1", until: datetime | None = None) -> StockReservation:
    """Two blue mugs to put aside."""
    return StockReservation(
        merchant="default", number=RMA, key=key, warehouse="main", units=some_goods(*units), until=until
    )


def a_shipment_order(*units: tuple[str, int], key: str = "goods-1", address: Address = CUSTOMER) -> ShipmentOrder:
    """Two blue mugs to York, out of the reservation."""
    return ShipmentOrder(
        merchant="default",
        number=RMA,
        key=key,
        reservation_key="stock-1",
        order_id="A-1001",
        warehouse="main",
        address=address,
        units=some_goods(*units),
    )


def some_goods(*units: tuple[str, int]) -> tuple[Goods, ...]:
    """Units by SKU; two blue mugs when nothing is said."""
    return tuple(Goods(sku=sku, quantity=quantity) for sku, quantity in units or (("MUG-BLUE", 2),))


def a_collection_order(
    *, minor: int = 1815, collection: int = 1, hold: bool = False, instrument: str = "", customer: str = "cus_1"
) -> CollectionOrder:
    """A payment of 18.15 pounds, the first that its case asks for; the customer confirms it."""
    return CollectionOrder(
        merchant="default",
        rma=RMA,
        collection=collection,
        key=f"default:{RMA}:collection:{collection}",
        amount=Money(minor=minor, currency="GBP"),
        hold=hold,
        instrument=instrument,
        customer=customer,
    )
