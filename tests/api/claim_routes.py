"""Who may call what about claims; see `test_roles`."""

from __future__ import annotations

from typing import Any

from domain.cases import Role

WAREHOUSE, ADMIN = Role.WAREHOUSE, Role.ADMIN
ASKS = {Role.STOREFRONT, Role.AGENT, Role.SUPERVISOR, ADMIN}
HAS_AUTHORITY = {Role.AGENT, Role.SUPERVISOR, Role.FINANCE, ADMIN}
EVERYBODY = {*ASKS, *HAS_AUTHORITY, WAREHOUSE, Role.AUDITOR}
EXPLAINS = {*HAS_AUTHORITY, Role.AUDITOR}
CLAIMED = {"order_id": "A-1001", "problem": "damaged", "lines": [{"line_id": "1", "quantity": 1}]}
FOUND = {"units": [{"line_id": "1", "quantity": 1, "condition": "as_new", "grade": "A"}]}

CLAIM_ROUTES: dict[tuple[str, str], tuple[set[Role], Any]] = {
    ("POST", "/v1/claims"): (ASKS, CLAIMED),
    ("GET", "/v1/claims"): (EVERYBODY, None),
    ("GET", "/v1/claims/{number}"): (EVERYBODY, None),
    ("GET", "/v1/claims/{number}/timeline"): (EVERYBODY, None),
    ("GET", "/v1/claims/{number}/label"): (EVERYBODY, None),
    ("GET", "/v1/claims/{number}/packing_slip.pdf"): (EVERYBODY, None),
    ("GET", "/v1/claims/{number}/customs_invoice.pdf"): (EVERYBODY, None),
    ("GET", "/v1/claims/{number}/qr.svg"): (EVERYBODY, None),
    ("GET", "/v1/claims/{number}/signals"): (EXPLAINS, None),
    ("GET", "/v1/claims/{number}/explanation"): (EXPLAINS, None),
    ("POST", "/v1/claims/{number}/approval_decided"): (HAS_AUTHORITY, {"decision": "approve"}),
    ("POST", "/v1/claims/{number}/evidence_given"): (ASKS, {"note": "Here it is."}),
    ("POST", "/v1/claims/{number}/appeal_requested"): (ASKS, {"note": "It is wrong."}),
    ("POST", "/v1/claims/{number}/manual_refund_recorded"): (
        {Role.AGENT, Role.SUPERVISOR, Role.FINANCE, ADMIN},
        {"amount": "12.00", "currency": "GBP", "paid": {"method": "cash", "proof": "R-1", "paid_on": "2026-01-02"}},
    ),
    ("POST", "/v1/claims/{number}/manual_refund_decided"): (
        {Role.SUPERVISOR, Role.FINANCE, ADMIN},
        {"decision": "approve"},
    ),
    ("POST", "/v1/claims/{number}/cancel_requested"): (ASKS, {}),
    ("POST", "/v1/claims/{number}/label_scanned"): ({WAREHOUSE, ADMIN}, {}),
    ("POST", "/v1/claims/{number}/item_received"): ({WAREHOUSE, ADMIN}, {}),
    ("POST", "/v1/claims/{number}/inspection_recorded"): ({WAREHOUSE, ADMIN}, FOUND),
    ("PUT", "/v1/warranties/{key}"): (ASKS, {"order_id": "A-1001", "line_id": "1", "registered_by": "c-1"}),
    ("GET", "/v1/warranties/{key}"): (EVERYBODY, None),
}
# What another shop's administrator is told where ours would be told more.
CLAIMS_ELSEWHERE = {
    ("GET", "/v1/claims"): 200,
    ("POST", "/v1/claims/{number}/label_scanned"): 202,
    ("POST", "/v1/claims/{number}/item_received"): 202,
}
