"""Returns that were stored before their goods had a place of their own are read as if they had been stored today."""

from __future__ import annotations

import json
from typing import Any

from domain.cases import Progress
from domain.goods_back.facts import Label, ReverseDelivery
from domain.returns.case import ReturnCase
from tests.builders import ASKED, an_authorized_return

AT = ASKED.isoformat()
LABEL = {
    "carrier": "USPS",
    "service": "Ground",
    "tracking_number": "T1",
    "url": "https://labels.test/1",
    "shipment_reference": "shp_1",
    "booked_at": AT,
}
UNIT = {"line_id": "1", "quantity": 1}
DOCK = {"name": "dock-1", "role": "warehouse"}
OF_OLD: dict[str, Any] = {
    "label": LABEL,
    "label_problem": "",
    "label_voided_at": None,
    "label_scanned_at": AT,
    "receipts": [{"event_id": "e1", "at": AT, "actor": DOCK, "units": [UNIT], "unexpected": []}],
    "receiving_ended_at": AT,
    "inspections": [
        {"event_id": "e2", "at": AT, "actor": DOCK, "units": [UNIT | {"condition": "as_new", "grade": "A"}]}
    ],
    "dispositions": [UNIT | {"disposition": "restock"}],
    "restocked_at": AT,
    "goods_problem": "unknown_sku",
    "expired_at": AT,
    "given_up_at": AT,
}


def test_a_return_of_old_keeps_everything_it_knew() -> None:
    """Label, scan, receipt, inspection, what became of the goods, and when the wait was over."""
    document = an_authorized_return().model_dump(mode="json", exclude={"goods"}) | OF_OLD

    case = ReturnCase.model_validate_json(json.dumps(document))

    goods = case.goods
    assert goods.deliveries == (ReverseDelivery(label=Label.model_validate(LABEL), scanned_at=ASKED),)
    assert [receipt.event_id for receipt in goods.receipts] == ["e1"]
    assert [inspection.event_id for inspection in goods.inspections] == ["e2"]
    assert [unit.disposition for unit in goods.dispositions] == ["restock"]
    assert goods.receiving_ended_at == goods.put_away_at == goods.overdue_at == goods.given_up_at == ASKED
    assert goods.put_away_problem == "unknown_sku"


def test_what_is_stored_today_is_read_as_it_was() -> None:
    """Stored and read again, a return of old is the same return."""
    document = an_authorized_return().model_dump(mode="json", exclude={"goods"}) | OF_OLD
    case = ReturnCase.model_validate(document)
    assert ReturnCase.model_validate_json(case.model_dump_json()) == case


def test_a_history_of_old_still_asks_for_its_label_to_be_voided() -> None:
    """A running case was told that its label is unused; it voids the label of its only delivery."""
    of_old = {"state": "cancelled", "waiting_for": "closing", "since": AT, "next_step": "", "label_unused": True}
    assert Progress.model_validate(of_old).unused_labels == (1,)
    assert Progress.model_validate(of_old | {"label_unused": False}).unused_labels == ()
