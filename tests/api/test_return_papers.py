"""What the customer prints or shows."""

from __future__ import annotations

from domain.addresses import Address
from domain.cases import Role
from domain.goods_back.customs import declare_customs
from domain.goods_back.parts import UnitCount
from domain.orders import Customer
from tests.api.house import House, problem_of
from tests.api.test_carrier_events import has_labelled_return
from tests.builders import MERCHANT, an_order, an_order_line


def test_the_packing_slip_is_the_same_page_each_time(house: House) -> None:
    """One page that the dock can scan; printed twice it is the same page."""
    rma = house.has_return()
    client = house.to(Role.STOREFRONT)
    first, second = (client.get(f"/v1/returns/{rma}/packing_slip.pdf") for _ in range(2))
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    assert first.content.startswith(b"%PDF-")
    assert first.content.count(b"/Type /Page\n") == 1
    assert first.content == second.content
    unknown = client.get(f"/v1/returns/{rma}/packing_slip.pdf", params={"delivery": 3})
    assert (unknown.status_code, problem_of(unknown)) == (404, "no-such-delivery")


def test_the_code_is_shown_without_a_printer(house: House) -> None:
    """Each return has its own code, the same each time."""
    rma = house.has_return()
    client = house.to(Role.STOREFRONT)
    drawn = client.get(f"/v1/returns/{rma}/qr.svg")
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg")
    assert client.get(f"/v1/returns/{rma}/qr.svg").content == drawn.content


def test_the_label_is_found_through_the_return(house: House) -> None:
    """It leads to the carrier's file as long as the label may be used."""
    rma = has_labelled_return(house)
    client = house.to(Role.STOREFRONT)
    assert client.get(f"/v1/returns/{rma}/label", follow_redirects=False).status_code == 302
    stored = house.records.reads.return_case(MERCHANT, rma)
    with house.records.transaction() as tx:
        voided = tx.return_case(stored.case.ref).with_delivery(1, label_voided_at=house.clock.now())
        tx.save_case(voided, stored.progress, [])
    answer = client.get(f"/v1/returns/{rma}/label", follow_redirects=False)
    assert (answer.status_code, problem_of(answer)) == (409, "no-label")
    assert answer.json()["detail"].endswith("label_voided.")


def test_papers_of_a_label_that_follows(house: House) -> None:
    """The carrier has not answered yet: there is nothing to print, and the answer says so."""
    rma = house.has_return()
    answer = house.to(Role.STOREFRONT).get(f"/v1/returns/{rma}/label", follow_redirects=False)
    assert answer.json()["detail"] == f"Delivery 1 of return {rma} has no label: it is label_follows."


def test_the_page_for_customs(house: House) -> None:
    """A parcel from Cologne has one, the same each time, also while the label follows; the return shows what is declared."""
    cologne = Address(name="Grete", street1="Hof 1", city="Köln", postal_code="50667", country="DE")
    told = an_order_line(hs_code="6912.00", origin_country="PT", weight_grams=350, customs_description="ceramic mug")
    order = house.has_order(an_order(customer=Customer(address=cologne), lines=(told,)))
    rma = house.has_return(order=order)
    client = house.to(Role.STOREFRONT)
    first, second = (client.get(f"/v1/returns/{rma}/customs_invoice.pdf") for _ in range(2))
    assert (first.status_code, first.headers["content-type"]) == (200, "application/pdf")
    assert first.content.startswith(b"%PDF-")
    assert first.content == second.content
    stored = house.records.reads.return_case(MERCHANT, rma)
    warehouse = Address(**house.settings.warehouse.addresses["main"].model_dump())
    declared = declare_customs([UnitCount(line_id="1", quantity=1)], order, warehouse=warehouse)
    with house.records.transaction() as tx:
        booked = tx.return_case(stored.case.ref).with_delivery(1, customs=declared)
        tx.save_case(booked, stored.progress, [])
    assert client.get(f"/v1/returns/{rma}/customs_invoice.pdf").content == first.content
    (shown,) = client.get(f"/v1/returns/{rma}").json()["deliveries"]
    assert (shown["customs"]["sender_country"], shown["customs"]["reason"]) == ("DE", "returned goods")
    assert shown["customs"]["lines"][0]["description"] == "ceramic mug"


def test_no_page_for_customs_at_home(house: House) -> None:
    """The answer says from where to where the parcel goes."""
    rma = house.has_return()
    answer = house.to(Role.STOREFRONT).get(f"/v1/returns/{rma}/customs_invoice.pdf")
    assert (answer.status_code, problem_of(answer)) == (409, "no-customs-invoice")
    assert answer.json()["detail"] == f"Delivery 1 of return {rma} goes from GB to GB, which is no customs border."
    unknown = house.to(Role.STOREFRONT).get(f"/v1/returns/{rma}/customs_invoice.pdf", params={"delivery": 9})
    assert (unknown.status_code, problem_of(unknown)) == (404, "no-such-delivery")


def test_papers_name_the_goods_as_they_were_asked_back(house: House) -> None:
    """The shop may drop a line of its order once the return is over; the slip stays what it was."""
    order = house.has_order(an_order(lines=(an_order_line(), an_order_line(line_id="2"))))
    rma = house.has_return(order=order)
    client = house.to(Role.STOREFRONT)
    slip = client.get(f"/v1/returns/{rma}/packing_slip.pdf").content
    assert client.post(f"/v1/returns/{rma}/cancel_requested", json={"event_id": "c"}).status_code == 200
    house.has_order(order.model_copy(update={"lines": order.lines[1:]}))
    assert client.get(f"/v1/returns/{rma}/packing_slip.pdf").content == slip


def test_a_refused_return_has_no_papers(house: House) -> None:
    """Nothing comes back with it, so there is nothing to print and the answer says why."""
    order = house.has_order(an_order(lines=(an_order_line(final_sale=True),)))
    asked = {"order_id": order.order_id, "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
    refused = house.to(Role.STOREFRONT).post("/v1/returns", json=asked, headers={"Idempotency-Key": "first"})
    rma = refused.json()["case"]["rma"]
    answer = house.to(Role.STOREFRONT).get(f"/v1/returns/{rma}/packing_slip.pdf")
    assert (answer.status_code, problem_of(answer)) == (409, "nothing-comes-back")
    assert answer.json()["detail"] == f"Return {rma} is refused: no goods come back with it."
