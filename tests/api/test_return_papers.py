"""What the customer prints or shows."""

from __future__ import annotations

from domain.cases import Role
from tests.api.house import House, problem_of
from tests.api.test_carrier_events import has_labelled_return
from tests.builders import MERCHANT


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
