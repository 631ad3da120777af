"""Who may call what: every route with every role, with another shop's key, and with none."""

from __future__ import annotations

from typing import Any

import pytest

from config.policies import DEFAULT
from domain.cases import Role
from tests.api.claim_routes import CLAIM_ROUTES, CLAIMS_ELSEWHERE
from tests.api.goods_out_routes import GOODS_OUT_ELSEWHERE, GOODS_OUT_ROUTES
from tests.api.goods_routes import GOODS_ROUTES
from tests.api.house import OTHER_MERCHANT, ROLES, House, problem_of
from tests.api.reading_routes import READ_ELSEWHERE, READING_ROUTES
from tests.builders import MERCHANT, an_order
from tests.goods import a_product

SHOP, WAREHOUSE, AGENT = Role.STOREFRONT, Role.WAREHOUSE, Role.AGENT
SUPERVISOR, FINANCE, AUDITOR, ADMIN = Role.SUPERVISOR, Role.FINANCE, Role.AUDITOR, Role.ADMIN

ASKED = {"order_id": "A-1001", "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind"}]}
GOODWILL = {"kind": "goodwill", "order_id": "A-1001", "amount": "1.00", "currency": "GBP", "why": "late"}
PAID = {
    "amount": "1.00",
    "currency": "GBP",
    "paid": {"method": "cash", "proof": "receipt 7", "paid_on": "2026-03-01"},
}
FOUND = {"units": [{"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A"}]}
SPENT = {"reference": "c-1", "amount_minor": 100, "currency": "GBP"}
EVERYBODY = set(ROLES)
ASKS = {SHOP, AGENT, SUPERVISOR, ADMIN}
HAS_AUTHORITY = {AGENT, SUPERVISOR, FINANCE, ADMIN}
RESOLVES = {SUPERVISOR, FINANCE, ADMIN}
ADJUSTS = {AGENT, SUPERVISOR, FINANCE, ADMIN}
CHANGES_RULES = {SUPERVISOR, ADMIN}
SHORTER = DEFAULT.read_text().replace("{days: 30}", "{days: 21}")
SEES_MONEY = {AGENT, SUPERVISOR, FINANCE, AUDITOR, ADMIN}

# Written out here a second time on purpose: the table of the program is held against what the shop expects.
ROUTES: dict[tuple[str, str], tuple[set[Role], Any]] = {
    ("PUT", "/v1/orders/{order_id}"): ({SHOP, ADMIN}, an_order().model_dump(mode="json")),
    ("GET", "/v1/orders/{order_id}"): (EVERYBODY - {WAREHOUSE}, None),
    ("GET", "/v1/orders/{order_id}/lines/{line_id}/alternatives"): (ASKS, None),
    ("PUT", "/v1/products/{product_id}"): ({SHOP, ADMIN}, a_product().model_dump(mode="json")),
    ("POST", "/v1/products/{product_id}/asked"): (ASKS, None),
    ("POST", "/v1/availability_asked"): (ASKS, {"skus": ["MUG"]}),
    ("GET", "/v1/products"): (EVERYBODY, None),
    ("GET", "/v1/products/{product_id}"): (EVERYBODY, None),
    ("PUT", "/v1/customers/{customer_id}/instruments"): ({SHOP, ADMIN}, {"instruments": []}),
    ("GET", "/v1/customers/{customer_id}/instruments"): (EVERYBODY - {WAREHOUSE}, None),
    ("GET", "/v1/customers/{customer_id}/instrument_choices"): (EVERYBODY - {WAREHOUSE}, None),
    ("POST", "/v1/returns/quote"): (ASKS, ASKED),
    ("POST", "/v1/returns"): (ASKS, ASKED),
    ("GET", "/v1/returns"): (EVERYBODY, None),
    ("GET", "/v1/returns/totals"): (EVERYBODY, None),
    ("GET", "/v1/returns/{rma}"): (EVERYBODY, None),
    ("GET", "/v1/returns/{rma}/timeline"): (EVERYBODY, None),
    ("GET", "/v1/returns/{rma}/ledger"): (SEES_MONEY, None),
    ("GET", "/v1/returns/{rma}/explanation"): (SEES_MONEY, None),
    ("GET", "/v1/cases/{rma}/explanation"): (SEES_MONEY, None),
    ("POST", "/v1/returns/{rma}/label_scanned"): ({WAREHOUSE, ADMIN}, {}),
    ("POST", "/v1/returns/{rma}/item_received"): ({WAREHOUSE, ADMIN}, {}),
    ("POST", "/v1/returns/{rma}/inspection_recorded"): ({WAREHOUSE, ADMIN}, FOUND),
    ("POST", "/v1/returns/{rma}/approval_decided"): (HAS_AUTHORITY, {"decision": "approve"}),
    ("POST", "/v1/returns/{rma}/exception_requested"): (HAS_AUTHORITY, {"note": "A regular."}),
    ("GET", "/v1/approvals"): (HAS_AUTHORITY | {AUDITOR}, None),
    ("GET", "/v1/approvals/exceptions"): (HAS_AUTHORITY | {AUDITOR}, None),
    ("GET", "/v1/approvals/{approval}"): (HAS_AUTHORITY | {AUDITOR}, None),
    ("POST", "/v1/approvals/{approval}/claimed"): (HAS_AUTHORITY, None),
    ("POST", "/v1/approvals/{approval}/released"): (HAS_AUTHORITY, None),
    ("POST", "/v1/approvals/decisions"): (
        HAS_AUTHORITY,
        {"approvals": ["7K3F-Q9X4.refund"], "decision": "approve", "action": "refund"},
    ),
    ("POST", "/v1/returns/{rma}/appeal"): (ASKS, {"note": "It was not me."}),
    ("GET", "/v1/returns/{rma}/signals"): (HAS_AUTHORITY | {AUDITOR}, None),
    ("GET", "/v1/customers/{customer_id}/signals"): (HAS_AUTHORITY | {AUDITOR}, None),
    ("POST", "/v1/customers/{customer_id}/listings"): ({SUPERVISOR, ADMIN}, {"kind": "allow", "reason": "ours"}),
    ("GET", "/v1/listings"): (HAS_AUTHORITY | {AUDITOR}, None),
    ("POST", "/v1/listings/{listing_id}/ended"): ({SUPERVISOR, ADMIN}, None),
    ("POST", "/v1/delegations"): (HAS_AUTHORITY, {"delegate": "ann", "ends_at": "2026-04-01T00:00:00Z"}),
    ("GET", "/v1/delegations"): (HAS_AUTHORITY | {AUDITOR}, None),
    ("POST", "/v1/delegations/{delegation_id}/ended"): (HAS_AUTHORITY, None),
    ("POST", "/v1/returns/{rma}/evidence_given"): (ASKS, {"note": "Here it is."}),
    ("POST", "/v1/returns/{rma}/fees_requested"): (HAS_AUTHORITY, {"fees": {}, "note": "Twice delayed."}),
    ("POST", "/v1/returns/{rma}/cancel_requested"): (ASKS, {}),
    ("GET", "/v1/dispositions/totals"): (EVERYBODY, None),
    **GOODS_OUT_ROUTES,
    ("GET", "/v1/payment_issues"): (SEES_MONEY, None),
    ("GET", "/v1/payment_issues/{number}"): (SEES_MONEY, None),
    ("GET", "/v1/payment_issues/{number}/timeline"): (SEES_MONEY, None),
    ("GET", "/v1/payment_issues/{number}/ledger"): (SEES_MONEY, None),
    ("POST", "/v1/payment_issues/{number}/resolution_decided"): (RESOLVES, {"resolution": "write_off"}),
    ("GET", "/v1/credit_accounts/{kind}/{reference}"): (EVERYBODY - {WAREHOUSE}, None),
    ("GET", "/v1/credit_notes"): (EVERYBODY - {WAREHOUSE}, None),
    ("GET", "/v1/credit_notes/{number}"): (EVERYBODY - {WAREHOUSE}, None),
    ("POST", "/v1/credit_spends"): ({SHOP, ADMIN}, SPENT),
    ("POST", "/v1/returns/{rma}/manual_refund_recorded"): (ADJUSTS, PAID),
    ("POST", "/v1/returns/{rma}/manual_refund_decided"): (RESOLVES, {"decision": "approve"}),
    ("POST", "/v1/payment_issues/{number}/manual_refund_recorded"): (ADJUSTS, PAID),
    ("POST", "/v1/payment_issues/{number}/manual_refund_decided"): (RESOLVES, {"decision": "approve"}),
    ("POST", "/v1/adjustments/quote"): (ADJUSTS, GOODWILL),
    ("POST", "/v1/adjustments"): (ADJUSTS, GOODWILL),
    ("GET", "/v1/adjustments"): (SEES_MONEY, None),
    ("GET", "/v1/adjustments/{number}"): (SEES_MONEY, None),
    ("GET", "/v1/adjustments/{number}/timeline"): (SEES_MONEY, None),
    ("GET", "/v1/adjustments/{number}/ledger"): (SEES_MONEY, None),
    ("GET", "/v1/adjustments/{number}/explanation"): (SEES_MONEY, None),
    ("POST", "/v1/adjustments/{number}/approval_decided"): (HAS_AUTHORITY, {"decision": "approve"}),
    ("POST", "/v1/adjustments/{number}/resolution_decided"): (RESOLVES, {"resolution": "write_off"}),
    ("POST", "/v1/adjustments/{number}/manual_refund_recorded"): (ADJUSTS, PAID),
    ("POST", "/v1/adjustments/{number}/manual_refund_decided"): (RESOLVES, {"decision": "approve"}),
    **CLAIM_ROUTES,
    **GOODS_ROUTES,
    **READING_ROUTES,
    ("GET", "/v1/payment_events"): (SEES_MONEY, None),
    ("POST", "/v1/payment_events/{event_id}/released"): (RESOLVES, None),
    ("GET", "/v1/collections"): (ASKS, None),
    ("GET", "/v1/policies"): (EVERYBODY, None),
    ("GET", "/v1/policies/current"): (EVERYBODY, None),
    ("GET", "/v1/policies/{version}"): (EVERYBODY, None),
    ("GET", "/v1/policies/{version}/differences"): (EVERYBODY, None),
    ("POST", "/v1/policies"): (CHANGES_RULES, {"document": SHORTER}),
    ("POST", "/v1/policies/{version}/activate"): (CHANGES_RULES, {}),
}
SWAPPED = {
    "order_id": "A-1001",
    "lines": [{"line_id": "1", "quantity": 1, "reason": "changed_mind", "resolution": "replacement"}],
}
OWN_EXCHANGES: dict[tuple[str, str], tuple[set[Role], Any]] = {
    ("POST", "/v1/exchanges"): (ASKS, SWAPPED),
    ("GET", "/v1/exchanges"): (EVERYBODY, None),
}
# What is said of a return under its address is said of an exchange under the other.
ROUTES |= OWN_EXCHANGES | {
    (method, path.replace("/v1/returns", "/v1/exchanges")): expected
    for (method, path), expected in ROUTES.items()
    if path.startswith("/v1/returns/")
}
# The provider has no key of ours: it proves itself by its signature.
WITHOUT_KEY = {("POST", "/v1/webhooks/stripe"), ("POST", "/v1/webhooks/easypost")}
# What another shop's administrator is told where ours would be told more.
FOREIGN = {
    ("POST", "/v1/products/{product_id}/asked"): 409,
    ("POST", "/v1/availability_asked"): 409,
    ("PUT", "/v1/customers/{customer_id}/instruments"): 201,
    ("GET", "/v1/customers/{customer_id}/instruments"): 200,
    ("GET", "/v1/customers/{customer_id}/instrument_choices"): 422,
    ("PUT", "/v1/products/{product_id}"): 201,
    ("GET", "/v1/products"): 200,
    ("PUT", "/v1/orders/{order_id}"): 201,
    ("GET", "/v1/policies"): 200,
    ("GET", "/v1/policies/current"): 200,
    ("GET", "/v1/policies/{version}"): 200,
    ("GET", "/v1/policies/{version}/differences"): 200,
    ("POST", "/v1/policies"): 201,
    ("POST", "/v1/policies/{version}/activate"): 409,
    ("GET", "/v1/returns"): 200,
    ("GET", "/v1/returns/totals"): 200,
    ("GET", "/v1/approvals"): 200,
    ("GET", "/v1/approvals/exceptions"): 200,
    ("POST", "/v1/approvals/decisions"): 200,
    ("GET", "/v1/customers/{customer_id}/signals"): 200,
    ("POST", "/v1/customers/{customer_id}/listings"): 201,
    ("GET", "/v1/listings"): 200,
    ("POST", "/v1/delegations"): 201,
    ("GET", "/v1/delegations"): 200,
    ("GET", "/v1/payment_issues"): 200,
    **CLAIMS_ELSEWHERE,
    **READ_ELSEWHERE,
    **GOODS_OUT_ELSEWHERE,
    ("GET", "/v1/payment_events"): 200,
    ("GET", "/v1/collections"): 422,
    ("GET", "/v1/credit_accounts/{kind}/{reference}"): 200,
    ("POST", "/v1/credit_spends"): 409,
    ("GET", "/v1/adjustments"): 200,
    ("GET", "/v1/credit_notes"): 200,
    ("POST", "/v1/returns/{rma}/label_scanned"): 202,
    ("POST", "/v1/returns/{rma}/item_received"): 202,
    ("POST", "/v1/receipts"): 202,
    ("GET", "/v1/dispositions/totals"): 200,
    ("GET", "/v1/receipts/waiting"): 200,
}

FOREIGN |= {
    (method, path.replace("/v1/returns", "/v1/exchanges")): status
    for (method, path), status in FOREIGN.items()
    if path.startswith("/v1/returns")
}


def call(house: House, route: tuple[str, str], client: Any, rma: str) -> Any:
    """The answer of one route to that client."""
    method, path = route
    address = path.format(
        approval=f"{rma}.refund",
        delegation_id="del_1",
        order_id="A-1001",
        key="SN-1",
        line_id="1",
        product_id="mug",
        rma=rma,
        number=rma,
        event_id="evt_1",
        kind="store_credit",
        reference="c-1",
        customer_id="c-1",
        version=1,
        listing_id="lst_1",
    )
    return client.request(method, address, json=ROUTES[route][1], headers={"Idempotency-Key": client.headers["key"]})


def test_every_route_is_here(house: House) -> None:
    """No route was added without saying who may call it."""
    described = house.app.openapi()["paths"]
    routes = {(method.upper(), path) for path, methods in described.items() for method in methods}

    assert {route for route in routes if route[1].startswith("/v1/")} == set(ROUTES) | WITHOUT_KEY


@pytest.mark.parametrize("role", ROLES)
def test_roles(house: House, role: Role) -> None:
    """A role may do what the shop expects of it and is told plainly who may do the rest."""
    rma = house.has_return()
    client = house.to(role)
    client.headers["key"] = role

    for route, (allowed, _) in ROUTES.items():
        answer = call(house, route, client, rma)
        if role in allowed:
            assert answer.status_code not in (401, 403), (route, answer.text)
        else:
            assert (answer.status_code, problem_of(answer)) == (403, "forbidden"), route
            assert all(each in answer.json()["detail"] for each in allowed), route


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
def test_another_shop(house: House, route: tuple[str, str]) -> None:
    """For another shop, what is ours does not exist: it is never told that it may not see it."""
    rma = house.has_return()
    before = house.to(ADMIN).get(f"/v1/returns/{rma}").json()
    stranger = house.to(ADMIN, merchant=OTHER_MERCHANT)
    stranger.headers["key"] = "first"

    answer = call(house, route, stranger, rma)

    assert answer.status_code == FOREIGN.get(route, 404), answer.text
    assert rma not in answer.text or answer.status_code in (202, 404)
    assert house.to(ADMIN).get(f"/v1/returns/{rma}").json() == before


@pytest.mark.parametrize("route", ROUTES, ids=" ".join)
@pytest.mark.parametrize("header", [None, "Bearer ak_of_somebody_else_00000000", "Bearer nonsense", "Basic YTpi"])
def test_without_a_valid_key(shared_house: House, route: tuple[str, str], header: str | None) -> None:
    """Without a valid key nothing is answered, not even whether the number could be one."""
    client = shared_house.nobody
    client.headers = {"key": "k"} | ({"Authorization": header} if header else {})

    answer = call(shared_house, route, client, "no number at all")

    assert (answer.status_code, problem_of(answer)) == (401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", ROLES)
def test_decrypting(house: House, role: Role) -> None:
    """Only an administrator's key shows what Temporal holds encrypted."""
    answer = house.to(role).post("/codec/decode", json={"payloads": []})

    assert answer.status_code == (200 if role is ADMIN else 403)


def test_revoked_key(house: House) -> None:
    """A revoked key opens nothing."""
    key = house.key_of(AGENT)
    holder = house.records.reads.api_keys(MERCHANT)[-1]
    house.records.revoke_api_key(MERCHANT, holder.key_id)

    answer = house.nobody.get("/v1/returns", headers={"Authorization": f"Bearer {key}"})

    assert problem_of(answer) == "unauthenticated"


def test_operations_say_who_may_call(house: House) -> None:
    """The reference names at each operation the roles that may call it."""
    for path, methods in house.app.openapi()["paths"].items():
        for method, operation in methods.items():
            if path.startswith("/v1/") and (method.upper(), path) not in WITHOUT_KEY:
                for role in ROUTES[(method.upper(), path)][0]:
                    assert f"`{role}`" in operation["description"], (path, role)
