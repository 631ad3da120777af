"""The carrier tells what it sees: a parcel that moves is a scanned label, once, whatever comes how often in which order."""

from __future__ import annotations

import json
from typing import Any

from domain.cases import Role
from domain.goods_back.facts import Label, LabelRefund
from domain.money import Money
from domain.stories import derive_progress
from sandbox.webhooks import signature_headers
from tests.adapters.test_easypost_events import a_refund, an_event
from tests.api.house import House, problem_of
from tests.builders import ASKED, MERCHANT


def tell(
    house: House,
    status: str = "in_transit",
    *,
    number: str = "EZ1",
    secret: str = "",
    destination: dict[str, str] | None = None,
) -> Any:
    """EasyPost's webhook comes in."""
    detail = {"object": "CarrierDetail", "destination_tracking_location": destination}
    body = json.dumps(an_event(status, tracking_code=number, carrier_detail=detail if destination else None))
    secret = secret or house.settings.easypost.webhook_secret.get_secret_value()
    headers = signature_headers("easypost", body=body, secret=secret)
    return house.nobody.post("/v1/webhooks/easypost", content=body, headers=headers)


def tell_refund(house: House, status: str = "refunded", *, number: str = "EZ1") -> Any:
    """EasyPost tells what became of the price of a label."""
    body = json.dumps(a_refund(status, number))
    secret = house.settings.easypost.webhook_secret.get_secret_value()
    headers = signature_headers("easypost", body=body, secret=secret)
    return house.nobody.post("/v1/webhooks/easypost", content=body, headers=headers)


def has_labelled_return(house: House) -> str:
    """The RMA of a return whose label has the number EZ1."""
    rma = house.has_return()
    label = Label(
        carrier="UPS",
        service="Ground",
        tracking_number="EZ1",
        url="",
        shipment_reference="s",
        booked_at=ASKED,
        price=Money(minor=385, currency="GBP"),
    )
    stored = house.records.reads.return_case(MERCHANT, rma)
    with house.records.transaction() as tx:
        tx.save_case(tx.return_case(stored.case.ref).with_delivery(1, label=label), stored.progress, [])
    return rma


def view(house: House, rma: str) -> Any:
    """The return as the shop sees it."""
    return house.to(Role.AGENT).get(f"/v1/returns/{rma}").json()


def test_a_parcel_that_moves_is_a_scanned_label(house: House) -> None:
    """In transit, out for delivery, delivered, in any order and twice: one scan on the timeline."""
    rma = has_labelled_return(house)
    assert tell(house, "pre_transit").json() == {"outcome": "nothing_new", "cases": []}
    assert view(house, rma)["state"] == "authorized"
    for status in ("out_for_delivery", "in_transit", "delivered", "in_transit"):
        assert tell(house, status).json() == {"outcome": "brought", "cases": [rma]}
    assert view(house, rma)["state"] == "in_transit"
    timeline = house.to(Role.AGENT).get(f"/v1/returns/{rma}/timeline").json()["entries"]
    assert [entry["actor"] for entry in timeline].count({"name": "easypost", "role": "carrier"}) == 1


def void(house: House, rma: str) -> None:
    """The return is cancelled and ended, its label given back."""
    case = house.records.reads.return_case(MERCHANT, rma).case
    ended = case.with_facts(cancelled_at=ASKED, closed_at=ASKED)
    voided = ended.with_delivery(1, label_voided_at=ASKED, label_refund=LabelRefund.SUBMITTED)
    with house.records.transaction() as tx:
        tx.return_case(case.ref)
        policy = tx.policy(MERCHANT, case.policy_version).policy
        tx.save_case(voided, derive_progress(voided, policy), [])


def test_the_price_of_a_voided_label_comes_back_when_the_return_has_ended(house: House) -> None:
    """Three weeks later the carrier pays 3.85 back: once on the timeline, and the return stays as it was."""
    rma = has_labelled_return(house)
    void(house, rma)
    before = view(house, rma)
    assert tell_refund(house).json() == {"outcome": "brought", "cases": [rma]}
    for status in ("refunded", "submitted"):
        assert tell_refund(house, status).json() == {"outcome": "nothing_new", "cases": []}
    after = view(house, rma)
    (delivery,) = after["deliveries"]
    assert (delivery["label_refund"], delivery["label"]["price"]) == ("refunded", {"minor": 385, "currency": "GBP"})
    assert (after["state"], after["closed_at"]) == (before["state"], before["closed_at"])
    timeline = house.to(Role.AGENT).get(f"/v1/returns/{rma}/timeline").json()["entries"]
    (told,) = [entry for entry in timeline if entry["event"].startswith("label.refund")]
    assert told["summary"] == "The carrier paid back the price of the label, 3.85 GBP."
    assert told["actor"] == {"name": "easypost", "role": "carrier"}


def test_a_label_that_was_paid_back_is_void(house: House) -> None:
    """Whoever gave it back at the carrier's own desk: nobody is led to it any more."""
    rma = has_labelled_return(house)
    assert tell_refund(house, "rejected").json()["outcome"] == "brought"
    assert view(house, rma)["deliveries"][0]["state"] == "ready"
    assert tell_refund(house).json()["outcome"] == "brought"
    assert view(house, rma)["deliveries"][0]["state"] == "label_voided"
    assert tell_refund(house, number="OUT-9").json()["outcome"] == "unknown_parcel"


def test_other_parcels_of_the_account_are_left_alone(house: House) -> None:
    """EasyPost tells of every parcel of its account; those of the shop itself are no returns."""
    has_labelled_return(house)
    assert tell(house, number="OUT-9").json() == {"outcome": "unknown_parcel", "cases": []}


def test_a_forged_event_is_refused(house: House) -> None:
    """Without the secret nobody can say that a parcel moves."""
    rma = has_labelled_return(house)
    answer = tell(house, secret="guessed")
    assert (answer.status_code, problem_of(answer)) == (400, "webhook-refused")
    assert view(house, rma)["state"] == "authorized"


def test_a_parcel_that_goes_to_another_address(house: House) -> None:
    """The carrier brings it to Houston: it is scanned, and that it goes astray is evidence, whenever the carrier says so."""
    rma = has_labelled_return(house)
    home = house.settings.warehouse.addresses["main"].postal_code
    tell(house)
    tell(house, destination={"zip": home, "country": "GB"})
    assert house.records.reads.return_case(MERCHANT, rma).case.goods.deliveries[0].sent_elsewhere_at is None
    for _ in range(2):
        tell(house, destination={"zip": "77001", "country": "US"})
    (delivery,) = house.records.reads.return_case(MERCHANT, rma).case.goods.deliveries
    assert delivery.sent_elsewhere_at is not None
    timeline = house.to(Role.AGENT).get(f"/v1/returns/{rma}/timeline").json()["entries"]
    assert ["another address" in entry["summary"] for entry in timeline].count(True) == 1
