"""Who may call what about goods at the dock; see `test_roles`."""

from __future__ import annotations

from typing import Any

from domain.cases import Role

WAREHOUSE, AGENT, SUPERVISOR, ADMIN = Role.WAREHOUSE, Role.AGENT, Role.SUPERVISOR, Role.ADMIN
ASSIGNS = {WAREHOUSE, AGENT, SUPERVISOR, ADMIN}

GOODS_ROUTES: dict[tuple[str, str], tuple[set[Role], Any]] = {
    ("POST", "/v1/receipts"): ({WAREHOUSE, ADMIN}, {"note": "a red scarf"}),
    ("GET", "/v1/receipts/waiting"): (ASSIGNS, None),
    ("POST", "/v1/receipts/{event_id}/assigned"): (ASSIGNS, {"rma": "2222-2222"}),
    ("POST", "/v1/receipts/{event_id}/dismissed"): (ASSIGNS, {"note": "not ours"}),
    ("POST", "/v1/returns/{rma}/split"): ({AGENT, SUPERVISOR, ADMIN}, {}),
}
