"""The bodies of news about a return, as senders write them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from adapters.scans import LONGEST, read_scan
from api.news import News
from domain.goods_back.dock import DockSession
from domain.goods_back.facts import InspectedUnits
from domain.goods_back.scans import Scan
from domain.orders import VISIBLE
from domain.policies import Fees
from domain.returns.case import Decision

# More lines than an order has in practice; it bounds the size of an event.
MOST_LINES = 500


def _read(code: Any) -> Any:
    if isinstance(code, str) and len(code) > LONGEST:
        raise ValueError(
            f"a scanned code has at most {LONGEST} characters, this one {len(code)}; send one code per entry"
        )
    return read_scan(code) if isinstance(code, str) else code


# On the wire the raw text; it is kept with what it says.
ScannedCode = Annotated[
    Scan, BeforeValidator(_read), WithJsonSchema({"type": "string", "maxLength": LONGEST, "examples": ["7K3F-Q9X4"]})
]


class LabelScanned(News):
    """The carrier scanned the label: the parcel is moving. Of a return in several parcels, say which."""

    tracking_number: Annotated[
        str,
        Field(
            max_length=64,
            pattern=VISIBLE,
            description="The carrier's number; empty: the next parcel that was not scanned.",
        ),
    ] = ""
    delivery: Annotated[
        int, Field(ge=0, le=500, description="The reverse delivery by its number; 0 when only the parcel's is known.")
    ] = 0

    to_other_address: bool = Field(
        default=False, description="The carrier says that it goes, or went, to another address than the label's."
    )


class ItemReceived(News, DockSession):
    """One session at the dock. With `units`, scanned codes are only kept; without, each code of goods is one unit."""

    scans: tuple[ScannedCode, ...] = Field(default=(), max_length=MOST_LINES, description="What the scanner read.")


class InspectionRecorded(News):
    """What an inspector found."""

    units: tuple[InspectedUnits, ...] = Field(min_length=1, max_length=MOST_LINES)


class ApprovalDecided(News):
    """What a supervisor says to what was proposed."""

    decision: Decision = Field(
        description="reduce: approved at `amount_minor`. ask_evidence: the customer is asked the `note` first."
    )
    note: str = Field(default="", max_length=2000, description="Why, or the question; it is shown on the case.")
    exception: int | None = Field(default=None, ge=1, description="The exception that this is about, by its number.")
    amount_minor: int | None = Field(default=None, ge=1, description="With reduce: what is paid instead.")
    subject: str | None = Field(
        default=None,
        max_length=40,
        description="What you looked at, as the queue calls it; when something else waits now, nothing is decided.",
    )
    expected_minor: int | None = Field(
        default=None, ge=0, description="The amount that you looked at; when it has changed since, nothing is decided."
    )


class EvidenceGiven(News):
    """The customer answers what somebody asked before deciding."""

    evidence: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200, pattern=VISIBLE)], ...],
        Field(max_length=20, description="Where photos and the like are kept: addresses or ids of yours."),
    ] = ()
    note: str = Field(default="", max_length=2000, description="The customer's answer.")


class ExceptionRequested(News):
    """Somebody of the shop asks for other fees than the policy's."""

    fees: Fees = Field(description="The fees for this return; what is not named is free of charge.")
    note: str = Field(min_length=3, max_length=2000, description="Why; it is shown on the case.")


class CancelRequested(News):
    """The customer or the shop no longer wants the return."""
