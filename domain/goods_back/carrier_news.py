"""What carriers tell about parcels on their way back, and the port that takes it."""

from __future__ import annotations

from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.addresses import Address
from domain.goods_back.facts import LabelRefund


class Destination(BaseModel):
    """Where the carrier brings a parcel, as far as it says."""

    model_config = ConfigDict(frozen=True)

    postal_code: str = ""
    country: str = ""


class CarrierNews(BaseModel):
    """One parcel as the carrier saw it. `is_moving` once it has the parcel, wherever it is by now."""

    model_config = ConfigDict(frozen=True)

    tracking_number: str
    status: str
    is_moving: bool
    occurred_at: AwareDatetime
    destination: Destination = Destination()


def goes_elsewhere(told: Destination, label: Address) -> bool:
    """Whether the carrier brings the parcel to another place than its label says; what either leaves out says nothing.

    Postal codes are compared as far as the shorter one goes: 77001 is 77001-1234.
    """
    if told.country and label.country and told.country.upper() != label.country.upper():
        return True
    carried, written = sorted((_plain(told.postal_code), _plain(label.postal_code)), key=len)
    return bool(carried) and not written.startswith(carried)


def _plain(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


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
