"""The sandbox plays EasyPost so well that EasyPost's own client cannot tell."""

from __future__ import annotations

from typing import Any

import easypost
import httpx2
import pytest
from easypost.errors import InvalidRequestError, NotFoundError

from tests.sandbox.server import SandboxServer

SHOP = {"name": "Returns", "street1": "1 Dock Road", "city": "Leeds", "zip": "LS1 1AA", "country": "GB"}
CUSTOMER = {"name": "Ada Byron", "street1": "12 Mill Lane", "city": "York", "zip": "YO1 7HH", "country": "GB"}


@pytest.fixture
def client(sandbox: SandboxServer) -> easypost.EasyPostClient:
    """EasyPost's own client, pointed at the sandbox."""
    return easypost.EasyPostClient("EZTKsandbox", api_base=f"{sandbox.address}/easypost/v2", timeout=10)


def a_shipment(client: easypost.EasyPostClient, **facts: Any) -> Any:
    """A parcel of 15.4 ounces from the shop to York."""
    asked = {"from_address": SHOP, "to_address": CUSTOMER, "parcel": {"weight": 15.4}, **facts}
    return client.shipment.create(**asked)


def a_bought_shipment(client: easypost.EasyPostClient, **facts: Any) -> Any:
    """The same with the cheapest label."""
    shipment = a_shipment(client, **facts)
    return client.shipment.buy(shipment.id, rate=shipment.lowest_rate())


def test_outward_and_return(client: easypost.EasyPostClient) -> None:
    """An outward parcel goes as asked; for a return the addresses are turned round."""
    outward, back = a_shipment(client), a_shipment(client, is_return=True)

    assert (outward.from_address.city, outward.to_address.city) == ("Leeds", "York")
    assert (back.from_address.city, back.to_address.city) == ("York", "Leeds")


def test_purchase(client: easypost.EasyPostClient) -> None:
    """A bought label has a tracking code, a tracker and a page that can be printed, always the same one."""
    bought = a_bought_shipment(client, is_return=True)

    assert bought.tracking_code == bought.tracker.tracking_code
    assert bought.selected_rate.rate == min(rate.rate for rate in bought.rates)
    pages = [httpx2.get(bought.postage_label.label_url) for _ in range(2)]
    assert pages[0].headers["content-type"] == "application/pdf"
    assert pages[0].content == pages[1].content
    assert pages[0].content.startswith(b"%PDF-")


def test_second_purchase(client: easypost.EasyPostClient) -> None:
    """A shipment can be bought once."""
    bought = a_bought_shipment(client)

    with pytest.raises(InvalidRequestError) as refusal:
        client.shipment.buy(bought.id, rate=bought.rates[0])

    assert refusal.value.code == "SHIPMENT.POSTAGE.EXISTS"


def test_by_reference(client: easypost.EasyPostClient) -> None:
    """A shipment is found by the shop's own reference, and of two with the same the newer one."""
    a_shipment(client, reference="return:default:7K3F-Q9X4")
    newer = a_shipment(client, reference="return:default:7K3F-Q9X4")

    assert client.shipment.retrieve("return:default:7K3F-Q9X4").id == newer.id
    with pytest.raises(NotFoundError):
        client.shipment.retrieve("return:default:AAAA-AAAA")


def test_list(client: easypost.EasyPostClient) -> None:
    """Bought shipments are listed page by page, newest first; the others when they are asked for."""
    bought = [a_bought_shipment(client).id for _ in range(3)]
    a_shipment(client)

    page = client.shipment.all(page_size=2)
    rest = client.shipment.get_next_page(page, page_size=2)

    assert [shipment.id for shipment in (*page["shipments"], *rest["shipments"])] == bought[::-1]
    assert rest["has_more"] is False
    assert len(client.shipment.all(purchased=False)["shipments"]) == 4


@pytest.mark.parametrize("address", [{"street1": "invalid"}, {**CUSTOMER, "zip": ""}], ids=["nonsense", "no code"])
def test_bad_address(client: easypost.EasyPostClient, address: dict[str, str]) -> None:
    """An address that no carrier finds gets no rate; who asks for strict checking is refused at once."""
    shipment = a_shipment(client, to_address=address, is_return=True)
    assert shipment.rates == []
    assert shipment.messages[0].type == "rate_error"

    with pytest.raises(InvalidRequestError) as refusal:
        a_shipment(client, to_address={**address, "verify_strict": True})
    assert refusal.value.code == "ADDRESS.VERIFY.FAILURE"


@pytest.mark.parametrize("missing", ["from_address", "to_address", "parcel"])
def test_missing_part(client: easypost.EasyPostClient, missing: str) -> None:
    """A shipment without address or weight is refused, naming what is missing."""
    with pytest.raises(InvalidRequestError) as refusal:
        a_shipment(client, **{missing: {}})

    assert refusal.value.code == "PARAMETER.REQUIRED"
    assert missing in str(refusal.value.errors)


def test_refund(client: easypost.EasyPostClient) -> None:
    """An unused label is given back once."""
    bought = a_bought_shipment(client)

    assert client.shipment.refund(bought.id).refund_status == "submitted"
    with pytest.raises(InvalidRequestError):
        client.shipment.refund(bought.id)


def test_refund_of_a_used_label(client: easypost.EasyPostClient, sandbox: SandboxServer) -> None:
    """A label that was scanned is not given back."""
    bought = a_bought_shipment(client)
    sandbox.control("POST", f"/easypost/trackers/{bought.tracking_code}", {"status": "in_transit"})

    with pytest.raises(InvalidRequestError):
        client.shipment.refund(bought.id)


def test_tracking(client: easypost.EasyPostClient, sandbox: SandboxServer) -> None:
    """A scan shows on the tracker and on the shipment."""
    bought = a_bought_shipment(client)
    scan = {"status": "delivered", "message": "Left at the dock"}

    sandbox.control("POST", f"/easypost/trackers/{bought.tracking_code}", scan)

    tracker = client.tracker.retrieve(bought.tracker.id)
    assert (tracker.status, tracker.tracking_details[-1].message) == ("delivered", "Left at the dock")
    assert client.shipment.retrieve(bought.id).status == "delivered"


def test_tracker_alone(client: easypost.EasyPostClient) -> None:
    """A code from elsewhere can be watched, once."""
    first = client.tracker.create(tracking_code="JD0002", carrier="RoyalMail")

    assert client.tracker.create(tracking_code="JD0002").id == first.id
    assert [tracker.id for tracker in client.tracker.all(tracking_code="JD0002")["trackers"]] == [first.id]


def test_without_a_key(sandbox: SandboxServer) -> None:
    """Without a key nothing is told."""
    response = httpx2.get(f"{sandbox.address}/easypost/v2/shipments")

    assert response.status_code == 401
    assert response.json()["error"]["code"] == "UNAUTHORIZED"
