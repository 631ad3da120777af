"""The bodies of news about a return, as senders write them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from adapters.scans import read_scan
from api.news import News
from domain.goods_back.dock import DockSession
from domain.goods_back.facts import InspectedUnits
from domain.goods_back.scans import Scan
from domain.returns.case import Decision

# More lines than an order has in practice; it bounds the size of an event.
MOST_LINES = 500


def _read(code: Any) -> Any:
    return read_scan(code) if isinstance(code, str) else code


# On the wire the raw text; it is kept with what it says.
ScannedCode = Annotated[
    Scan, BeforeValidator(_read), WithJsonSchema({"type": "string", "maxLength": 300, "examples": ["7K3F-Q9X4"]})
]


class LabelScanned(News):
    """The carrier scanned the label: the parcel is moving."""


class ItemReceived(News, DockSession):
    """One session at the dock. With `units`, scanned codes are only kept; without, each code of goods is one unit."""

    scans: tuple[ScannedCode, ...] = Field(default=(), max_length=MOST_LINES, description="What the scanner read.")


class InspectionRecorded(News):
    """What an inspector found."""

    units: tuple[InspectedUnits, ...] = Field(min_length=1, max_length=MOST_LINES)


class ApprovalDecided(News):
    """What a supervisor says to what was proposed."""

    decision: Decision
    note: str = Field(default="", max_length=2000, description="Why; it is shown on the case.")


class CancelRequested(News):
    """The customer or the shop no longer wants the return."""
