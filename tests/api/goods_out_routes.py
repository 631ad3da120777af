"""Who may call what about goods that go to the customer, for the walk over all routes."""

from __future__ import annotations

from typing import Any

from domain.cases import Role
from tests.api.house import ROLES

PARCEL = {"delivery_id": "dlv_1", "state": "shipped"}
ASKS = {Role.STOREFRONT, Role.AGENT, Role.SUPERVISOR, Role.ADMIN}
HAS_AUTHORITY = {Role.AGENT, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN}
TELLS = {Role.WAREHOUSE, Role.ADMIN}

GOODS_OUT_ROUTES: dict[tuple[str, str], tuple[set[Role], Any]] = {
    ("POST", "/v1/exchanges/{rma}/choice_given"): (ASKS, {"choice": "wait"}),
    ("POST", "/v1/exchanges/{rma}/late_cancellation_requested"): (HAS_AUTHORITY, {"note": "She has moved."}),
    ("GET", "/v1/replacement_shipments"): (set(ROLES), None),
    ("GET", "/v1/replacement_shipments/{number}"): (set(ROLES), None),
    ("GET", "/v1/replacement_shipments/{number}/timeline"): (set(ROLES), None),
    ("POST", "/v1/replacement_shipments/{number}/shipment_changed"): (TELLS, PARCEL),
    ("POST", "/v1/replacement_shipments/{number}/shortage_reported"): (TELLS, {}),
    ("POST", "/v1/replacement_shipments/{number}/cancel_requested"): (
        {Role.AGENT, Role.SUPERVISOR, Role.ADMIN},
        {},
    ),
}
# What another shop's administrator is told where ours would be told more.
GOODS_OUT_ELSEWHERE = {
    ("GET", "/v1/replacement_shipments"): 200,
    ("POST", "/v1/replacement_shipments/{number}/shipment_changed"): 202,
    ("POST", "/v1/replacement_shipments/{number}/shortage_reported"): 202,
}
