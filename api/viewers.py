"""For whom a storefront reads: what belongs to the recipient of a gift is kept from the buyer, and the price from both."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from fastapi import Query

from api.dependencies import Services
from domain.errors import UnknownCase
from domain.returns.recipients import show_recipient
from domain.returns.views import ReturnView, view_return
from records.models import StoredReturn


class Viewer(StrEnum):
    """Whose eyes a list is for: the shop's own, or the buyer's."""

    SHOP = "shop"
    BUYER = "buyer"


class CaseViewer(StrEnum):
    """Whose eyes one return is for."""

    SHOP = "shop"
    BUYER = "buyer"
    RECIPIENT = "recipient"


ViewedBy = Annotated[
    Viewer, Query(alias="view", description="buyer: without the returns that recipients of gifts opened.")
]
CaseViewedBy = Annotated[
    CaseViewer,
    Query(
        alias="view",
        description="buyer: a return of a gift's recipient is unknown. recipient: any other is, and no price is shown.",
    ),
]


def show_stored(stored: StoredReturn, viewer: CaseViewer, parts: Services) -> ReturnView:
    """The return as the viewer may see it. Raises UnknownCase for what they may not see at all."""
    refuse_unseen(stored, viewer)
    if viewer is CaseViewer.RECIPIENT:
        return view_for_recipient(stored, parts)
    return view_return(stored.case, stored.progress, stored.promises)


def refuse_unseen(stored: StoredReturn, viewer: Viewer | CaseViewer) -> None:
    """Raises UnknownCase where the return is none of the viewer's business."""
    is_gift = stored.case.gift is not None
    if (viewer == CaseViewer.BUYER and is_gift) or (viewer == CaseViewer.RECIPIENT and not is_gift):
        raise UnknownCase(f"there is no return {stored.case.ref.rma} for this viewer")


def view_for_recipient(stored: StoredReturn, parts: Services) -> ReturnView:
    """The return as its policy lets the recipient see it."""
    case = stored.case
    policy = parts.records.reads.policy(case.ref.merchant, case.policy_version).policy
    return show_recipient(view_return(case, stored.progress, stored.promises), policy.gift_value)
