"""Small files of a made-up shop, and the mapping that reads them."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

from adapters.storefronts.files.assembling import Assembled
from adapters.storefronts.files.groups import groups_in, survey
from adapters.storefronts.files.mapping import OrderMapping
from adapters.storefronts.files.orders import OrderAssembler
from domain.orders import Order

HEADER = "order,no,when,customer,what,sku,qty,price,currency"
LAMP = "1001,1,2026-03-02T10:00:00,77,goods,LAMP,2,1250,GBP"
POST = "1001,2,2026-03-02T10:00:00,77,post,POST,1,395,GBP"
MUG = "1002,1,2026-07-01T09:30:00,,goods,MUG,1,800,GBP"


def a_mapping(**changes: Any) -> dict[str, Any]:
    """The shop's mapping as it would be written; sections given by name replace its own."""
    written: dict[str, Any] = {
        "group_by": "order",
        "time_zone": "Europe/London",
        "order": {"order_id": "order", "placed_at": "when", "currency": "currency"},
        "line": {"line_id": "no", "sku": "sku", "quantity": "qty", "unit_price_minor": "price"},
        "shipping": {"shipping_id": "no", "amount_minor": {"column": "price", "times": "qty"}},
        "discount": {"discount_id": "no", "amount_minor": "price"},
        "rows": {"kind": "what", "kinds": {"goods": "goods", "post": "shipping", "voucher": "discount"}},
        "customer": {"customer_id": "customer", "email": {"template": "c{customer}@shop.example"}},
        "parcel": {"delivered_days_after_order": 3},
        "payment": {"reference": {"template": "import-{order}"}},
    }
    return {name: value for name, value in (written | changes).items() if value is not None}


def a_file(folder: Path, *rows: str, header: str = HEADER, name: str = "orders.csv") -> Path:
    """A file with those rows, packed when its name says so."""
    path = folder / name
    text = "\n".join([header, *rows] if header else rows) + "\n"
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


def assembled(path: Path, **changes: Any) -> list[Assembled[Order]]:
    """What becomes of each order of the file."""
    mapping = OrderMapping.model_validate(a_mapping(**changes))
    found = survey(path, mapping.layout, mapping.group_by)
    groups = groups_in(path, mapping.layout, mapping.group_by, scattered=found.scattered, folder=path.parent)
    return [OrderAssembler(mapping).assemble(group) for group in groups]


def problems(path: Path, **changes: Any) -> list[tuple[int, str, str, str]]:
    """Everything that is wrong with the file: line, order, column and reason."""
    found = [problem for each in assembled(path, **changes) for problem in each.problems]
    return [(problem.line, problem.key, problem.column, problem.reason) for problem in found]
