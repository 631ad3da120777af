"""Who may read what customers were told, and the papers of their parcels, for the walk over all routes."""

from __future__ import annotations

from typing import Any

from domain.cases import Role
from tests.api.house import ROLES

READING_ROUTES: dict[tuple[str, str], tuple[set[Role], Any]] = {
    ("GET", "/v1/promises"): (set(ROLES), None),
    ("GET", "/v1/promises/totals"): (set(ROLES), None),
    ("GET", "/v1/cases/{rma}/promises"): (set(ROLES), None),
    ("GET", "/v1/returns/{rma}/label"): (set(ROLES), None),
    ("GET", "/v1/returns/{rma}/packing_slip.pdf"): (set(ROLES), None),
    ("GET", "/v1/exchanges/{rma}/customs_invoice.pdf"): (set(ROLES), None),
    ("GET", "/v1/returns/{rma}/customs_invoice.pdf"): (set(ROLES), None),
    ("GET", "/v1/returns/{rma}/qr.svg"): (set(ROLES), None),
}
# What another shop's administrator is told where ours would be told more.
READ_ELSEWHERE = {("GET", "/v1/promises"): 200, ("GET", "/v1/promises/totals"): 200}
