"""What a storefront sees of the money that its customers are asked for, and how the provider's news arrives."""

from __future__ import annotations

from typing import Any

from domain.cases import SYSTEM, CaseRef, Role
from domain.collections import Collection, CollectionKind, CollectionState
from tests.api.house import OTHER_MERCHANT, House
from tests.api.test_payment_events import send
from tests.builders import MERCHANT

INTENT: dict[str, Any] = {
    "id": "pi_9",
    "object": "payment_intent",
    "amount": 1500,
    "amount_received": 1500,
    "currency": "gbp",
    "last_payment_error": None,
    "status": "succeeded",
}


def a_request(house: House) -> CaseRef:
    """A case that has asked its customer for 15.00."""
    ref = CaseRef(merchant=MERCHANT, rma=house.has_return())
    key = f"{MERCHANT}:{ref.rma}:collection:1"
    planned = Collection(
        number=1,
        kind=CollectionKind.CHARGE,
        amount_minor=1500,
        currency="GBP",
        state=CollectionState.PLANNED,
        key=key,
    )
    asked = planned.model_copy(update={"state": CollectionState.REQUESTED, "provider_reference": "pi_9"})
    with house.records.transaction() as tx:
        tx.plan_collections(ref, [planned], SYSTEM)
        tx.record_collection(ref, asked, SYSTEM, client_secret="pi_9_secret")
    return ref


def test_the_storefront_can_let_the_customer_pay(house: House) -> None:
    """It sees what is asked with what the payment page needs; once paid, the order has one more payment and no secret."""
    ref = a_request(house)
    shop = house.to(Role.STOREFRONT)
    address = "/v1/collections?order_id=A-1001"

    (asked,) = shop.get(address).json()["collections"]
    assert (asked["rma"], asked["state"], asked["client_secret"]) == (ref.rma, "requested", "pi_9_secret")

    intent = INTENT | {"metadata": {"key": f"{MERCHANT}:{ref.rma}:collection:1"}}
    assert send(house, intent).json()["outcome"] == "kept"

    (paid,) = shop.get(address).json()["collections"]
    assert (paid["state"], paid["captured_minor"], paid["client_secret"]) == ("captured", 1500, None)
    payments = {each["payment_id"]: each for each in shop.get("/v1/orders/A-1001").json()["payments"]}
    assert payments[paid["payment_id"]]["left_minor"] == 1500
    assert house.to(Role.STOREFRONT, merchant=OTHER_MERCHANT).get(address).json() == {"collections": []}
    assert house.to(Role.FINANCE).get(address).status_code == 403


def test_a_checkout_of_the_shop_is_none_of_our_business(house: House) -> None:
    """Stripe tells of every payment of the shop; those without our key change nothing and bother nobody."""
    house.has_return()
    send(house, INTENT | {"metadata": {}}, event_id="evt_2")

    (event,) = house.to(Role.FINANCE).get("/v1/payment_events").json()["payment_events"]
    assert (event["kind"], event["outcome"]) == ("other", "kept")
