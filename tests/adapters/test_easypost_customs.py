"""What EasyPost is told for customs, and that it takes it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.carriers.easypost import EasyPostCarrier, shipment_params
from adapters.carriers.easypost_customs import customs_params
from domain.goods_back.declarations import CustomsDeclaration
from tests.adapters.builders import MAIN_WAREHOUSE, RMA, a_booking, a_booking_from_abroad, a_declaration
from tests.sandbox.server import SandboxServer


def told(declared: CustomsDeclaration) -> dict[str, Any]:
    """What EasyPost hears of that declaration."""
    info: dict[str, Any] = customs_params(a_booking_from_abroad(declared))["customs_info"]
    return info


def test_request() -> None:
    """Returned goods, signed by the customer; value and weight are of all units of the line together."""
    info = told(a_declaration())

    assert info["contents_type"] == "returned_goods"
    assert info["contents_explanation"] == f"returned goods, {RMA}"
    assert (info["customs_certify"], info["customs_signer"]) == (True, "Grete Muster")
    assert info["customs_items"] == [
        {
            "description": "ceramic mug",
            "quantity": 2,
            "value": 24.0,
            "currency": "GBP",
            "weight": 24.691,
            "code": "MUG-1",
            "hs_tariff_number": "6912.00",
            "origin_country": "PT",
        }
    ]


def test_goods_weigh_no_more_than_their_parcel() -> None:
    """A carrier refuses goods heavier than the parcel they are in."""
    booking = a_booking_from_abroad(a_declaration()).model_copy(update={"weight_grams": 700})
    params = shipment_params(booking, warehouse=MAIN_WAREHOUSE)

    assert params["customs_info"]["customs_items"][0]["weight"] <= params["parcel"]["weight"]


def test_at_home_nothing_is_said() -> None:
    """A parcel from York to Leeds is no business of customs."""
    assert "customs_info" not in shipment_params(a_booking(), warehouse=MAIN_WAREHOUSE)


def test_what_is_unknown_is_left_out_or_the_least() -> None:
    """EasyPost takes no weight and no value of zero; what has no least is not made up."""
    bare = {"hs_code": "", "origin_country": "", "weight_grams": 0, "value_minor": 0}
    (item,) = told(a_declaration(**bare))["customs_items"]

    assert (item["value"], item["weight"]) == (0.01, 0.001)
    assert not {"hs_tariff_number", "origin_country"} & set(item)


@pytest.mark.parametrize(("currency", "value"), [("JPY", 2400.0), ("KWD", 2.4)])
def test_currencies_with_other_decimals(currency: str, value: float) -> None:
    """2400 yen are 2400, 2400 fils are 2.400 dinars."""
    declared = a_declaration().model_copy(update={"currency": currency})

    assert told(declared)["customs_items"][0]["value"] == value


def test_nobody_signs_without_a_name() -> None:
    """A declaration is certified by a person or not at all."""
    nameless = a_booking_from_abroad(a_declaration())
    nameless = nameless.model_copy(update={"sender": nameless.sender.model_copy(update={"name": ""})})

    assert "customs_certify" not in customs_params(nameless)["customs_info"]


@pytest.mark.parametrize(
    ("sender", "currency", "value_minor", "exempt"),
    [("US", "USD", 250_000, True), ("US", "USD", 250_001, False), ("US", "EUR", 100, False), ("DE", "USD", 100, False)],
)
def test_filing_of_the_united_states(sender: str, currency: str, value_minor: int, exempt: bool) -> None:
    """The exemption is claimed where it surely holds."""
    declared = a_declaration(value_minor=value_minor)
    declared = declared.model_copy(update={"sender_country": sender, "currency": currency})

    assert ("eel_pfc" in told(declared)) is exempt


def test_call(sandbox: SandboxServer) -> None:
    """EasyPost keeps the declaration with the shipment."""
    carrier = EasyPostCarrier(
        api_base=f"{sandbox.address}/easypost/v2", api_key="EZTKadapter", warehouses={"main": MAIN_WAREHOUSE}
    )
    carrier.book_return_label(a_booking_from_abroad(a_declaration()))

    info = sandbox.state("shipments")[0]["customs_info"]
    assert (info["object"], info["contents_type"], info["non_delivery_option"]) == (
        "CustomsInfo",
        "returned_goods",
        "return",
    )
    assert [(item["hs_tariff_number"], item["currency"]) for item in info["customs_items"]] == [("6912.00", "GBP")]
