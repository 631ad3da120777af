"""The bodies of news about a return, as senders write them."""

from __future__ import annotations

from pydantic import Field

from api.news import News
from domain.goods_back.facts import InspectedUnits, UnitCount
from domain.returns.case import Decision

# More lines than an order has in practice; it bounds the size of an event.
MOST_LINES = 500


class LabelScanned(News):
    """The carrier scanned the label: the parcel is moving."""


class ItemReceived(News):
    """The dock took in units of the return."""

    units: tuple[UnitCount, ...] = Field(
        default=(), max_length=MOST_LINES, description="What was in the parcel; none means everything still expected."
    )


class InspectionRecorded(News):
    """What an inspector found."""

    units: tuple[InspectedUnits, ...] = Field(min_length=1, max_length=MOST_LINES)


class ApprovalDecided(News):
    """What a supervisor says to what was proposed."""

    decision: Decision
    note: str = Field(default="", max_length=2000, description="Why; it is shown on the case.")


class CancelRequested(News):
    """The customer or the shop no longer wants the return."""
