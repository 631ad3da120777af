"""The sandbox asks for customs information where EasyPost's carriers do."""

from __future__ import annotations

from typing import Any

import easypost
import pytest
from easypost.errors import InvalidRequestError

from tests.sandbox.server import SandboxServer

LEEDS = {"name": "Returns", "street1": "1 Dock Road", "city": "Leeds", "zip": "LS1 1AA", "country": "GB"}
COLOGNE = {"name": "Grete Muster", "street1": "Hof 1", "city": "Köln", "zip": "50667", "country": "DE"}
PARIS = {"name": "Anne Dupont", "street1": "1 rue X", "city": "Paris", "zip": "75001", "country": "FR"}
MUG: dict[str, Any] = {"description": "mug", "quantity": 2, "value": 24.0, "weight": 24.6, "origin_country": "PT"}
INFO: dict[str, Any] = {"contents_type": "returned_goods", "customs_items": [MUG]}


@pytest.fixture
def client(sandbox: SandboxServer) -> easypost.EasyPostClient:
    """EasyPost's own client, pointed at the sandbox."""
    return easypost.EasyPostClient("EZTKsandbox", api_base=f"{sandbox.address}/easypost/v2", timeout=10)


def ship(client: easypost.EasyPostClient, **facts: Any) -> Any:
    """A parcel from Cologne to Leeds."""
    asked = {"from_address": LEEDS, "to_address": COLOGNE, "is_return": True, "parcel": {"weight": 30.0}}
    return client.shipment.create(**{**asked, **facts})


def test_no_rates_without_it(client: easypost.EasyPostClient) -> None:
    """Across a border nobody takes a parcel of which nothing is known, and says so."""
    shipment = ship(client)
    assert shipment.rates == []
    assert "Customs info" in shipment.messages[0].message
    assert ship(client, customs_info=INFO).rates


def test_within_the_union(client: easypost.EasyPostClient) -> None:
    """From Paris to Cologne it is a parcel like any other."""
    assert ship(client, from_address=PARIS).rates


def test_made_before(client: easypost.EasyPostClient) -> None:
    """What was declared comes back with the shipment, with what was not said filled in."""
    info = ship(client, customs_info=INFO).customs_info
    assert info.id.startswith("cstinfo_")
    assert info.customs_items[0].id.startswith("cstitem_")
    assert (info.restriction_type, info.non_delivery_option) == ("none", "return")
    assert info.customs_items[0].currency == "USD"


@pytest.mark.parametrize(
    "change",
    [
        {"contents_type": "returns"},
        {"contents_type": None},
        {"contents_type": "other"},
        {"restriction_type": "some"},
        {"customs_certify": True},
        {"customs_items": []},
        {"customs_items": [{**MUG, "value": 0}]},
        {"customs_items": [{**MUG, "weight": 0}]},
        {"customs_items": [{**MUG, "weight": None}]},
        {"customs_items": [{**MUG, "description": ""}]},
    ],
)
def test_wrong_in_itself(client: easypost.EasyPostClient, change: dict[str, Any]) -> None:
    """A declaration that says too little or the impossible is refused at once."""
    with pytest.raises(InvalidRequestError):
        ship(client, customs_info={**INFO, **change})
