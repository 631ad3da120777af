"""What the recipient of a gift is shown of a return: no price and no payment, and the credit where the policy says so."""

from __future__ import annotations

from domain.exchanges.views import hide_worth
from domain.policies import GiftValue
from domain.returns.quotes import ReturnQuote
from domain.returns.views import ReturnView


def show_recipient(view: ReturnView, shown: GiftValue) -> ReturnView:
    """The return without what was paid for the goods, and without what the shop's people said about that."""
    told = view.model_copy(update={"refund": None, "approval": None, "exceptions": (), "payouts": ()})
    if shown is GiftValue.HIDDEN:
        return told.model_copy(update={"exchange": view.exchange and hide_worth(view.exchange)})
    refund = view.refund and view.refund.model_copy(update={"amounts": ()})
    payouts = tuple(payout.model_copy(update={"payment_id": "", "failure": ""}) for payout in view.payouts)
    return told.model_copy(update={"refund": refund, "payouts": payouts})


def quote_recipient(quote: ReturnQuote, shown: GiftValue) -> ReturnQuote:
    """The quote without what was paid for the goods."""
    told = quote.model_copy(update={"refund": None, "needs_approval": False})
    if shown is GiftValue.CREDIT:
        return told
    exchange = quote.exchange and quote.exchange.without_worth()
    return told.model_copy(update={"methods": (), "paid_as": (), "exchange": exchange})
