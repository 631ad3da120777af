"""What carriers tell about parcels on their way back, and the port that takes it."""

from __future__ import annotations

from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.goods_back.facts import LabelRefund


class CarrierNews(BaseModel):
    """One parcel as the carrier saw it. `is_moving` once it has the parcel, wherever it is by now."""

    model_config = ConfigDict(frozen=True)

    tracking_number: str
    status: str
    is_moving: bool
    occurred_at: AwareDatetime


class LabelRefundNews(BaseModel):
    """What the carrier made of the wish to have the price of a label back."""

    model_config = ConfigDict(frozen=True)

    tracking_number: str
    said: LabelRefund


class CarrierWebhooks(Protocol):
    """What a carrier sends us."""

    def read(self, body: bytes, signature: str) -> CarrierNews | LabelRefundNews | None:
        """The news, whose sender is proven by the signature; None when it is about something else than a parcel or a label.

        Raises Rejected: `bad_signature` (not from the carrier), `unreadable_event`.
        """
        ...
