"""Return labels by EasyPost, through its official client.

EasyPost has no idempotency keys. Its shipments carry a reference of ours, and one is bought in two steps: created (free),
then bought. So a label is looked up by reference first; a shipment that an earlier try created is bought instead of a
second one; one that is already bought is the answer. This holds as long as one reference is booked by one caller at a
time, which the caller must see to: a booking may take five requests, each up to CONNECT_SECONDS + ANSWER_SECONDS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_UP, Decimal
from typing import Any
from urllib.parse import quote

import easypost
from easypost.errors import EasyPostError, NotFoundError
from requests.adapters import HTTPAdapter

from adapters.carriers.easypost_customs import customs_params
from adapters.carriers.easypost_errors import ALREADY_BOUGHT, port_error
from domain.addresses import Address
from domain.errors import Rejected
from domain.goods_back.facts import Label, LabelRefund
from domain.money import Money
from domain.policies import LabelFormat
from domain.ports import LabelBooking

CONNECT_SECONDS = 5
# Buying waits for the carrier behind EasyPost; their answers take seconds.
ANSWER_SECONDS = 20

GRAMS_PER_OUNCE = Decimal("28.349523125")
QR_CODE = "label_qr_code"
ZPL_FILES = "application/zpl"
GIVEN_BACK = (LabelRefund.SUBMITTED, LabelRefund.REFUNDED)


class EasyPostCarrier:
    """The Carrier port on EasyPost; `warehouses` are the addresses that bookings name."""

    def __init__(self, *, api_base: str, api_key: str, warehouses: Mapping[str, Address]) -> None:
        # The client hands the pair to requests as it is, although it declares one number.
        timeout: Any = (CONNECT_SECONDS, ANSWER_SECONDS)
        self._client = easypost.EasyPostClient(api_key, api_base=api_base, timeout=timeout)
        # The client retries three times by itself; here each try is one request, and the caller decides on the next.
        self._client._requests_session.mount(api_base, HTTPAdapter(max_retries=0))
        self._warehouses = warehouses

    def book_return_label(self, booking: LabelBooking) -> Label:
        shipment = self._find(booking.reference) or self._create(booking)
        if not is_bought(shipment):
            shipment = self._buy(shipment)
        if booking.with_qr_code and not has_qr_code(shipment):
            shipment = self._draw_qr_code(shipment)
        return parse_label(shipment)

    def find_label(self, reference: str) -> Label | None:
        shipment = self._find(reference)
        if shipment is None or not is_bought(shipment) or shipment["refund_status"] in GIVEN_BACK:
            return None
        return parse_label(shipment)

    def void_label(self, label: Label) -> LabelRefund:
        id = label.shipment_reference
        shipment = self._find(id)
        if shipment is None:
            raise Rejected("NOT_FOUND", f"EasyPost knows no shipment {id}")
        if shipment["refund_status"] not in GIVEN_BACK:
            shipment = self._ask(lambda api: api.refund(id), changes=True)
        refuse_used(shipment)
        return LabelRefund(shipment["refund_status"])

    def _find(self, id_or_reference: str) -> dict[str, Any] | None:
        try:
            return self._ask(lambda api: api.retrieve(quote(id_or_reference, safe="")), changes=False)
        except Rejected as refusal:
            if isinstance(refusal.__cause__, NotFoundError):
                return None
            raise

    def _create(self, booking: LabelBooking) -> dict[str, Any]:
        if booking.warehouse not in self._warehouses:
            raise Rejected("unknown_warehouse", f"no address is set for the warehouse {booking.warehouse!r}")
        params = shipment_params(booking, warehouse=self._warehouses[booking.warehouse])
        return self._ask(lambda api: api.create(**params), changes=True)

    def _buy(self, shipment: dict[str, Any]) -> dict[str, Any]:
        rate = {"id": cheapest_rate(shipment)}
        try:
            return self._ask(lambda api: api.buy(shipment["id"], rate=rate), changes=True)
        except Rejected as refusal:
            if refusal.code != ALREADY_BOUGHT:
                raise
            return self._ask(lambda api: api.retrieve(shipment["id"]), changes=False)

    def _draw_qr_code(self, shipment: dict[str, Any]) -> dict[str, Any]:
        """The shipment with its code; a carrier that has none leaves the label to be printed. Drawing it twice costs nothing."""
        try:
            return self._ask(lambda api: api.generate_form(shipment["id"], QR_CODE), changes=False)
        except Rejected:
            return shipment

    def _ask(self, request: Callable[[Any], Any], *, changes: bool) -> dict[str, Any]:
        try:
            shipment: dict[str, Any] = request(self._client.shipment).to_dict()
        except EasyPostError as error:
            raise port_error(error, changes=changes) from error
        return shipment


def shipment_params(booking: LabelBooking, *, warehouse: Address) -> dict[str, Any]:
    """What EasyPost is asked: for a return it wants the addresses of the outward journey, and turns them round itself."""
    ounces = (Decimal(booking.weight_grams) / GRAMS_PER_OUNCE).quantize(Decimal("0.1"), ROUND_UP)
    return {
        "from_address": address_params(warehouse),
        "to_address": address_params(booking.sender),
        "parcel": {"weight": float(ounces)},
        "is_return": True,
        "reference": booking.reference,
        "options": {"label_format": booking.label_format.upper()},
        **customs_params(booking),
    }


def address_params(address: Address) -> dict[str, str]:
    """The address in EasyPost's words."""
    return {
        "name": address.name,
        "street1": address.street1,
        "street2": address.street2,
        "city": address.city,
        "state": address.region,
        "zip": address.postal_code,
        "country": address.country,
    }


def cheapest_rate(shipment: Mapping[str, Any]) -> str:
    """The id of the cheapest rate; raises Rejected (`no_rates`) with the carrier's reason when nobody would take the parcel.

    Rates in another currency than the first cannot be compared and are only taken when there is no other.
    """
    rates = shipment["rates"]
    if not rates:
        reasons = "; ".join(message["message"] for message in shipment["messages"])
        raise Rejected("no_rates", reasons or "no carrier offered a rate for these addresses")
    currency = rates[0]["currency"]
    cheapest = min(rates, key=lambda rate: (rate["currency"] != currency, Decimal(rate["rate"])))
    return str(cheapest["id"])


def is_bought(shipment: Mapping[str, Any]) -> bool:
    """Whether the shipment has a paid label."""
    return shipment["postage_label"] is not None


def has_qr_code(shipment: Mapping[str, Any]) -> bool:
    """Whether the code of a bought label was drawn before; one that was given back needs none."""
    return shipment["refund_status"] in GIVEN_BACK or bool(qr_url(shipment))


def qr_url(shipment: Mapping[str, Any]) -> str:
    """Where the code is, that is shown instead of a printed label; empty when there is none."""
    forms = shipment.get("forms") or ()
    return next((str(form["form_url"]) for form in forms if form["form_type"] == QR_CODE and form["form_url"]), "")


def parse_label(shipment: Mapping[str, Any]) -> Label:
    """The label as we know it; raises Rejected (`label_voided`) when it was given back under this reference."""
    if shipment["refund_status"] in GIVEN_BACK:
        raise Rejected("label_voided", f"the label of {shipment['id']} was given back; book another reference")
    rate, label = shipment["selected_rate"], shipment["postage_label"]
    is_zpl = label["label_file_type"] == ZPL_FILES
    converted = label["label_zpl_url"] if is_zpl else label["label_pdf_url"]
    return Label(
        carrier=rate["carrier"],
        service=rate["service"],
        tracking_number=shipment["tracking_code"],
        url=converted or label["label_url"],
        shipment_reference=shipment["id"],
        booked_at=label["created_at"],
        label_format=LabelFormat.ZPL if is_zpl else LabelFormat.PDF,
        qr_url=qr_url(shipment),
        price=parse_price(rate),
    )


def parse_price(rate: Mapping[str, Any]) -> Money | None:
    """What the label costs; none where the currency is not ours to read, which is no reason to be without a label."""
    try:
        return Money.parse(rate["rate"], rate["currency"])
    except ValueError:
        return None


def refuse_used(shipment: Mapping[str, Any]) -> None:
    """Raises Rejected (`label_used`) when EasyPost took the request to void but the carrier will not pay back."""
    if shipment["refund_status"] not in GIVEN_BACK:
        raise Rejected("label_used", f"the carrier does not take the label of {shipment['id']} back")
