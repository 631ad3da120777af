"""What EasyPost tells us: proven by its signature, and said in our words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.carriers.easypost_events import NOT_MOVING, EasyPostWebhooks, parse_news
from domain.errors import Rejected
from domain.goods_back.carrier_news import CarrierNews, LabelRefundNews
from domain.goods_back.facts import LabelRefund
from sandbox.easypost.trackers import STATUSES
from sandbox.webhooks import signature_headers

SECRET = "sécret"


def an_event(status: str = "in_transit", **changes: Any) -> dict[str, Any]:
    """An event as EasyPost sends it."""
    scans = [
        {"object": "TrackingDetail", "status": "pre_transit", "datetime": "2026-03-10T08:00:00Z"},
        {"object": "TrackingDetail", "status": "in_transit", "datetime": "2026-03-11T08:00:00Z"},
        {"object": "TrackingDetail", "status": status, "datetime": "2026-03-12T08:00:00Z"},
    ]
    tracker = {"object": "Tracker", "tracking_code": "EZ1", "status": status, "tracking_details": scans}
    event = {"id": "evt_1", "object": "Event", "description": "tracker.updated", "created_at": "2026-03-13T08:00:00Z"}
    return event | {"result": tracker | changes}


def read(event: object, *, secret: str = SECRET) -> Any:
    """What we make of the event as it comes over the wire."""
    body = json.dumps(event)
    signature = signature_headers("easypost", body=body, secret=secret)["X-Hmac-Signature"]
    return EasyPostWebhooks(secret=SECRET).read(body.encode(), signature)


def test_a_parcel_that_moves() -> None:
    """The carrier has it since its first scan, however late we hear of it."""
    news = read(an_event("delivered"))
    assert (news.tracking_number, news.status, news.is_moving) == ("EZ1", "delivered", True)
    assert news.occurred_at.isoformat() == "2026-03-11T08:00:00+00:00"


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_is_known(status: str) -> None:
    """A label that was only printed is no parcel on its way."""
    news = parse_news(an_event(status))
    assert isinstance(news, CarrierNews)
    assert news.is_moving is (status not in NOT_MOVING)


def a_refund(status: str = "refunded", number: str = "EZ1") -> dict[str, Any]:
    """The event about the price of a label that was given back."""
    refund = {"id": "rfnd_1", "object": "Refund", "tracking_code": number, "status": status, "shipment_id": "shp_1"}
    about = {"id": "evt_3", "object": "Event", "description": "refund.successful", "result": refund}
    return about | {"created_at": "2026-03-28T08:00:00Z"}


@pytest.mark.parametrize("said", LabelRefund)
def test_price_of_a_label_that_was_given_back(said: LabelRefund) -> None:
    """EasyPost asked the carrier for it, got it, or did not."""
    assert read(a_refund(said)) == LabelRefundNews(tracking_number="EZ1", said=said)


def test_news_of_something_else() -> None:
    """Batches, payments and the like are not about our parcels."""
    assert read({"id": "evt_2", "result": {"object": "Batch"}, "created_at": "2026-03-13T08:00:00Z"}) is None


def test_a_forged_event_is_not_read() -> None:
    """Whoever does not know the secret cannot move a parcel."""
    with pytest.raises(Rejected, match="signature") as forged:
        read(an_event(), secret="guessed")
    assert forged.value.code == "bad_signature"
    with pytest.raises(Rejected):
        EasyPostWebhooks(secret=SECRET).read(json.dumps(an_event()).encode(), "")


@pytest.mark.parametrize(
    "event",
    [{}, [], {"result": {"object": "Tracker"}}, {"result": None}, an_event(tracking_code=None), a_refund("lost")],
)
def test_what_is_no_event_is_said_to_be_none(event: object) -> None:
    """The proof is right and the content is not: the sender is told."""
    with pytest.raises(Rejected) as told:
        read(event)
    assert told.value.code == "unreadable_event"


@pytest.mark.parametrize(
    ("detail", "place"),
    [
        (None, ("", "")),
        ({"destination_tracking_location": None}, ("", "")),
        ({"destination_tracking_location": {"city": "CHARLESTON", "zip": "29401", "country": None}}, ("29401", "")),
        ({"destination_tracking_location": {"zip": None, "country": "US"}}, ("", "US")),
    ],
)
def test_where_a_parcel_goes(detail: Any, place: tuple[str, str]) -> None:
    """Some carriers say where a parcel goes, others nothing, and most only a part of it."""
    news = parse_news(an_event(carrier_detail=detail))
    assert isinstance(news, CarrierNews)
    assert (news.destination.postal_code, news.destination.country) == place
