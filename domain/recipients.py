"""The recipient of a gift at the door: named by what they show, or not at all."""

from __future__ import annotations

from collections.abc import Iterable

from domain.credits import recipient_account
from domain.errors import UnknownGift
from domain.gifts import GiftProof, GiftReturn, find_gift
from domain.orders import Order


def name_gift(order: Order, proof: GiftProof, line_ids: Iterable[str]) -> GiftReturn:
    """Whose gift the lines are and where its worth goes. Raises UnknownGift, which says nothing of what was wrong."""
    gift = find_gift(order.gifts, proof, line_ids)
    if gift is None:
        raise UnknownGift(order.order_id)
    account = str(recipient_account(order, gift))
    return GiftReturn(gift_id=gift.gift_id, account=account, customer_id=gift.recipient.customer_id)
