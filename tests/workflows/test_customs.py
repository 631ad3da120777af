"""A return across a border, as a story."""

from __future__ import annotations

from domain.addresses import Address
from domain.cases import CaseRef
from domain.orders import Customer
from tests.builders import MERCHANT, an_order, an_order_line
from tests.goods import a_product, a_variant
from tests.workflows.house import House

COLOGNE = Customer(address=Address(name="Grete", street1="Hof 1", city="Köln", postal_code="50667", country="DE"))
LEEDS = Address(name="Returns", street1="1 Dock Road", city="Leeds", postal_code="LS1 1AA", country="GB")


def lacking(house: House, ref: CaseRef) -> list[str]:
    """What the timeline says is missing for customs."""
    entries = house.records.reads.timeline(MERCHANT, ref.rma)
    return [entry.summary for entry in entries if entry.event == "customs.incomplete"]


async def test_a_label_from_abroad_comes_with_a_declaration(house: House) -> None:
    """What the carrier is told is on the return; what the shop did not tell is named, and the label comes all the same."""
    house.carrier.home, house.warehouses = "GB", {"main": LEEDS}
    house.sell(an_order(customer=COLOGNE, lines=(an_order_line(hs_code="6912.00", weight_grams=350),)))
    async with house.open_for_business():
        ref = await house.ask_for()
        view = house.view(ref)
    (booking,) = house.carrier.bookings
    (delivery,) = view.deliveries
    assert booking.customs is not None
    assert delivery.label is not None
    assert delivery.customs == booking.customs
    assert [(line.hs_code, line.value_minor) for line in booking.customs.lines] == [("6912.00", 1200)]
    assert lacking(house, ref) == [
        "The customs declaration lacks the country of origin of line 1: customs may hold the parcel."
    ]


async def test_nothing_is_declared_at_home(house: House) -> None:
    """From London to Leeds nobody hears of customs."""
    house.carrier.home, house.warehouses = "GB", {"main": LEEDS}
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()
        view = house.view(ref)
    assert view.deliveries[0].label is not None
    assert view.deliveries[0].customs is None
    assert lacking(house, ref) == []


async def test_the_catalogue_tells_what_the_order_does_not(house: House) -> None:
    """The product has code, origin and weight: nothing is missing; where the order says otherwise, the order counts."""
    house.carrier.home, house.warehouses = "GB", {"main": LEEDS}
    known = a_variant("MUG-1", hs_code="6911.10", origin_country="PT", weight_grams=350)
    house.records.put_product(MERCHANT, a_product("mug", known))
    house.sell(an_order(customer=COLOGNE, lines=(an_order_line(hs_code="6912.00"),)))
    async with house.open_for_business():
        ref = await house.ask_for()
    (booking,) = house.carrier.bookings
    assert booking.customs is not None
    told = [(line.hs_code, line.origin_country, line.weight_grams) for line in booking.customs.lines]
    assert told == [("6912.00", "PT", 350)]
    assert lacking(house, ref) == []
