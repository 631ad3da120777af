"""What EasyPost is asked, what is made of its answers, and that no error of its client is left unread."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from easypost import errors as easypost_errors
from easypost.errors import ApiError, EasyPostError, HttpError, TimeoutError
from requests.exceptions import ConnectTimeout

from adapters.carriers.easypost import EasyPostCarrier, cheapest_rate, parse_label, shipment_params
from adapters.carriers.easypost_errors import port_error
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable
from domain.money import Money
from domain.policies import LabelFormat
from domain.ports import LabelBooking
from tests.adapters.builders import ABROAD, CUSTOMER, MAIN_WAREHOUSE, RMA, a_booking, a_declaration
from tests.sandbox.server import SandboxServer

SHIPMENT: dict[str, Any] = {
    "id": "shp_5c1f0b7a9e2d4f6388b0a1c2d3e4f506",
    "object": "Shipment",
    "is_return": True,
    "reference": "return:default:7K3F-Q9X4",
    "tracking_code": "EZ1000000001",
    "messages": [],
    "refund_status": None,
    "rates": [
        {"id": "rate_1", "carrier": "RoyalMail", "service": "Tracked24", "rate": "10.15", "currency": "GBP"},
        {"id": "rate_2", "carrier": "RoyalMail", "service": "TrackedReturns48", "rate": "9.85", "currency": "GBP"},
        {"id": "rate_3", "carrier": "Evri", "service": "International", "rate": "1.00", "currency": "EUR"},
    ],
    "selected_rate": {
        "id": "rate_2",
        "carrier": "RoyalMail",
        "service": "TrackedReturns48",
        "rate": "9.85",
        "currency": "GBP",
    },
    "postage_label": {
        "object": "PostageLabel",
        "id": "pl_1",
        "created_at": "2026-03-02T09:00:00Z",
        "label_file_type": "application/pdf",
        "label_url": "https://files.example/label.pdf",
        "label_pdf_url": None,
        "label_zpl_url": None,
    },
}


@pytest.fixture
def carrier(sandbox: SandboxServer) -> EasyPostCarrier:
    """The adapter over a sandbox."""
    return EasyPostCarrier(
        api_base=f"{sandbox.address}/easypost/v2", api_key="EZTKadapter", warehouses={"main": MAIN_WAREHOUSE}
    )


def test_request() -> None:
    """EasyPost is told the outward addresses, that it is a return, the weight rounded up, and our reference."""
    params = shipment_params(a_booking(), warehouse=MAIN_WAREHOUSE)

    assert params["is_return"] is True
    assert (params["from_address"]["city"], params["to_address"]["city"]) == ("Leeds", "York")
    assert params["parcel"] == {"weight": 42.4}
    assert params["reference"] == f"return:default:{RMA}"


def test_call(carrier: EasyPostCarrier, sandbox: SandboxServer) -> None:
    """The label leads from the customer to the warehouse, by the cheapest service, and can be printed."""
    label = carrier.book_return_label(a_booking())

    shipment = sandbox.state("shipments")[0]
    assert (shipment["from_address"]["city"], shipment["to_address"]["city"]) == ("York", "Leeds")
    assert (label.carrier, label.service) == ("RoyalMail", "TrackedReturns48")
    assert label.shipment_reference == shipment["id"]
    assert httpx2.get(label.url).content.startswith(b"%PDF-")


def test_requests_of_one_label(carrier: EasyPostCarrier, sandbox: SandboxServer) -> None:
    """A new label takes three requests: look up, create, buy."""
    carrier.book_return_label(a_booking())

    methods = [seen["method"] for seen in sandbox.control("GET", "/requests")]
    assert methods == ["GET", "POST", "POST"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["/v2/shipments$", "/buy$"], ids=["create", "buy"])
@pytest.mark.parametrize("spoil", [{"spoil": "drop"}, {"spoil": "status", "status": 500}], ids=["drop", "500"])
def test_disturbed_at_every_step(
    carrier: EasyPostCarrier, sandbox: SandboxServer, when: str, step: str, spoil: dict[str, Any]
) -> None:
    """Whichever step is disturbed, before or after it was done, the next try ends with one paid label."""
    sandbox.spoil(step, method="POST", when=when, **spoil)
    with pytest.raises(OutcomeUnknown):
        carrier.book_return_label(a_booking())

    carrier.book_return_label(a_booking())

    assert len(sandbox.state("shipments")) == 1
    assert sum(shipment["postage_label"] is not None for shipment in sandbox.state("shipments")) == 1


def with_code(**changes: Any) -> LabelBooking:
    """A label whose code is shown at the counter."""
    return a_booking(**changes).model_copy(update={"with_qr_code": True})


def test_code_and_commands(carrier: EasyPostCarrier, sandbox: SandboxServer) -> None:
    """The code is a picture, the label a file for label printers, and both are of the same parcel."""
    label = carrier.book_return_label(with_code().model_copy(update={"label_format": LabelFormat.ZPL}))

    assert httpx2.get(label.qr_url).content.startswith(b"\x89PNG")
    commands = httpx2.get(label.url).text
    assert commands.startswith("^XA")
    assert label.tracking_number in commands
    assert sandbox.state("shipments")[0]["options"]["label_format"] == "ZPL"


@pytest.mark.parametrize("when", ["before", "after"])
def test_code_is_drawn_later(carrier: EasyPostCarrier, sandbox: SandboxServer, when: str) -> None:
    """When the code fails after the label was bought, the next try has the code of that label, drawn once more at most."""
    sandbox.spoil("/forms$", method="POST", when=when, spoil="drop")
    with pytest.raises(Unavailable):
        carrier.book_return_label(with_code())

    label = carrier.book_return_label(with_code())

    (shipment,) = sandbox.state("shipments")
    assert [form["form_url"] for form in shipment["forms"]] == [label.qr_url]


def test_carrier_without_codes(carrier: EasyPostCarrier) -> None:
    """A carrier that prints no labels at its counters leaves the customer the label to print."""
    abroad = with_code(sender=ABROAD).model_copy(update={"customs": a_declaration()})
    label = carrier.book_return_label(abroad)

    assert (label.carrier, label.qr_url) == ("DHLParcel", "")
    assert label.url


def test_bought_meanwhile(carrier: EasyPostCarrier, sandbox: SandboxServer) -> None:
    """When a slow earlier try bought the label in between, its label is taken and no second one is bought."""
    sandbox.spoil("/buy$", when="after", spoil="status", status=422, code="SHIPMENT.POSTAGE.EXISTS")

    label = carrier.book_return_label(a_booking())

    assert label.tracking_number == sandbox.state("shipments")[0]["tracking_code"]


def test_reference_with_a_slash(carrier: EasyPostCarrier) -> None:
    """A reference may hold any sign and still names one label."""
    booking = a_booking(reference="shop/7 & co?#1")

    assert carrier.book_return_label(booking) == carrier.book_return_label(booking)


def test_unknown_warehouse(carrier: EasyPostCarrier) -> None:
    """A label to a warehouse whose address nobody has set is refused."""
    with pytest.raises(Rejected) as refusal:
        carrier.book_return_label(a_booking().model_copy(update={"warehouse": "moon"}))

    assert refusal.value.code == "unknown_warehouse"


def test_reason_of_the_carrier(carrier: EasyPostCarrier) -> None:
    """When no carrier serves an address, its own words say so."""
    with pytest.raises(Rejected, match="cannot be served") as refusal:
        carrier.book_return_label(a_booking(sender=CUSTOMER.model_copy(update={"postal_code": ""})))

    assert refusal.value.code == "no_rates"


def test_cheapest_rate() -> None:
    """9.85 is cheaper than 10.15, and a price in another currency is not compared."""
    assert cheapest_rate(SHIPMENT) == "rate_2"


def test_parsed_answer() -> None:
    """The label is read from EasyPost's answer, with the time at which it was made."""
    label = parse_label(SHIPMENT)

    assert (label.carrier, label.service) == ("RoyalMail", "TrackedReturns48")
    assert (label.tracking_number, label.url) == ("EZ1000000001", "https://files.example/label.pdf")
    assert label.shipment_reference == "shp_5c1f0b7a9e2d4f6388b0a1c2d3e4f506"
    assert label.booked_at == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert label.price == Money(minor=985, currency="GBP")


def test_price_that_cannot_be_read() -> None:
    """A rate in tenths of a penny or in a currency that nobody knows leaves the price out, and the label is there."""
    for rate in ({"rate": "9.851"}, {"currency": "XXX"}):
        assert parse_label(SHIPMENT | {"selected_rate": SHIPMENT["selected_rate"] | rate}).price is None


def test_void_that_the_carrier_declines(carrier: EasyPostCarrier, sandbox: SandboxServer) -> None:
    """A label whose parcel is moving stays with us, with EasyPost's reason."""
    label = carrier.book_return_label(a_booking())
    sandbox.control("POST", f"/easypost/trackers/{label.tracking_number}", {"status": "delivered"})

    with pytest.raises(Rejected) as refusal:
        carrier.void_label(label)

    assert refusal.value.code == "SHIPMENT.REFUND.UNAVAILABLE"


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (422, "ADDRESS.VERIFY.FAILURE", Rejected),
        (422, "SHIPMENT.POSTAGE.FAILURE", Rejected),
        (422, "SHIPMENT.POSTAGE.TIMED_OUT", OutcomeUnknown),
        (422, "SHIPMENT.PURCHASE.IN_PROGRESS", OutcomeUnknown),
        (409, "CONFLICT", OutcomeUnknown),
        (502, "BAD_GATEWAY", OutcomeUnknown),
    ],
)
def test_parsed_error(status: int, code: str, expected: type[PortError]) -> None:
    """A refusal is final; where the carrier may still be at work, the outcome is unknown."""
    body = f'{{"error": {{"code": "{code}", "message": "no", "errors": []}}}}'
    error = ApiError("no", http_status=status, http_body=body)

    assert type(port_error(error, changes=True)) is expected


@pytest.mark.parametrize("status", [None, 200, 408, 500, 503])
def test_asking_is_always_safe(status: int | None) -> None:
    """A question that EasyPost could not answer may simply be asked again."""
    assert type(port_error(ApiError("no", http_status=status), changes=False)) is Unavailable


@pytest.mark.parametrize("kind", [HttpError, TimeoutError])
def test_never_connected(kind: type[ApiError]) -> None:
    """A purchase that never reached EasyPost has surely not happened."""
    error = kind("network")
    error.__context__ = ConnectTimeout()

    assert type(port_error(error, changes=True)) is Unavailable


# Each class of the client with the status it comes with, and what it means for a request that buys.
EXPECTED: dict[str, tuple[int | None, type[PortError]]] = {
    "ApiError": (None, OutcomeUnknown),
    "BadRequestError": (400, Rejected),
    "EncodingError": (None, OutcomeUnknown),
    "ExternalApiError": (None, OutcomeUnknown),
    "ForbiddenError": (403, Unavailable),
    "GatewayTimeoutError": (504, OutcomeUnknown),
    "HttpError": (None, OutcomeUnknown),
    "InternalServerError": (500, OutcomeUnknown),
    "InvalidRequestError": (422, Rejected),
    "JsonError": (200, OutcomeUnknown),
    "MethodNotAllowedError": (405, Rejected),
    "NotFoundError": (404, Rejected),
    "PaymentError": (402, Unavailable),
    "RateLimitError": (429, Unavailable),
    "RedirectError": (302, OutcomeUnknown),
    "ServiceUnavailableError": (503, OutcomeUnknown),
    "TimeoutError": (None, OutcomeUnknown),
    "UnauthorizedError": (401, Unavailable),
    "UnknownApiError": (502, OutcomeUnknown),
    # The client's own complaints about how it was called: nothing was sent.
    "EasyPostError": (None, Rejected),
    "EndOfPaginationError": (None, Rejected),
    "FilteringError": (None, Rejected),
    "InvalidObjectError": (None, Rejected),
    "InvalidParameterError": (None, Rejected),
    "MissingParameterError": (None, Rejected),
    "SignatureVerificationError": (None, Rejected),
}
CLASSES = [kind for _, kind in inspect.getmembers(easypost_errors, inspect.isclass) if issubclass(kind, EasyPostError)]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_of_the_client(kind: type[EasyPostError]) -> None:
    """A new version of EasyPost's client with a new kind of error is noticed here, not by a customer."""
    status, expected = EXPECTED[kind.__name__]
    error = kind.__new__(kind)
    Exception.__init__(error, "no")
    error.__dict__.update(message="no", http_status=status, code=None)

    assert type(port_error(error, changes=True)) is expected
