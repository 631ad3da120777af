"""Events of EasyPost's trackers and label refunds: proven by their signature, and said in our words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from easypost.errors import SignatureVerificationError
from easypost.util import validate_webhook
from pydantic import ValidationError

from domain.errors import Rejected
from domain.goods_back.carrier_news import CarrierNews, Destination, LabelRefundNews

# Before these the carrier has not seen the parcel; cancelled and error say nothing of where it is.
NOT_MOVING = ("unknown", "pre_transit", "cancelled", "error")


class EasyPostWebhooks:
    """The CarrierWebhooks port on EasyPost."""

    def __init__(self, *, secret: str) -> None:
        self._secret = secret

    def read(self, body: bytes, signature: str) -> CarrierNews | LabelRefundNews | None:
        try:
            validate_webhook(body, {"X-Hmac-Signature": signature}, self._secret)
        except SignatureVerificationError as error:
            raise Rejected("bad_signature", "the signature is not that of this body") from error
        except ValueError as error:
            raise Rejected("unreadable_event", "it is not JSON") from error
        try:
            return parse_news(json.loads(body))
        except (KeyError, TypeError, AttributeError, ValueError, ValidationError) as error:
            raise Rejected("unreadable_event", f"it is not an event as EasyPost sends it: {error!r}") from error


def parse_news(event: Mapping[str, Any]) -> CarrierNews | LabelRefundNews | None:
    """The tracker or refund of the event as we know it. Raises KeyError, TypeError or ValueError when it is no event of EasyPost."""
    about = event["result"]
    if about.get("object") == "Refund":
        return LabelRefundNews(tracking_number=about["tracking_code"], said=about["status"])
    if about.get("object") != "Tracker":
        return None
    status = about["status"]
    said = {"tracking_number": about["tracking_code"], "occurred_at": _first_seen(about) or event["created_at"]}
    destination = _destination(about.get("carrier_detail") or {})
    return CarrierNews(status=status, is_moving=status not in NOT_MOVING, destination=destination, **said)


def _destination(detail: Mapping[str, Any]) -> Destination:
    """Where the carrier brings it; EasyPost knows that of some carriers alone.

    Source: https://docs.easypost.com/docs/trackers#carrierdetail-object, destination_tracking_location.
    """
    place = detail.get("destination_tracking_location") or {}
    return Destination(postal_code=place.get("zip") or "", country=place.get("country") or "")


def _first_seen(tracker: Mapping[str, Any]) -> str | None:
    """When the carrier first had the parcel: the news may come late, and the last of it first."""
    scans = tracker.get("tracking_details") or ()
    moments = [scan["datetime"] for scan in scans if scan.get("status") not in NOT_MOVING and scan.get("datetime")]
    return min(moments, default=None)
