"""What the recipient of a gift is granted for a line, in place of what the buyer would be."""

from __future__ import annotations

from domain.policies import LineTerms, Method, RefundMoment, StoreCreditRules


def give_to_recipient(terms: LineTerms) -> LineTerms:
    """Store credit without a bonus for choosing it, or other goods where they are offered, once the old ones were looked at.

    Goods of a gift always come back: what may be kept is counted against the buyer, who is not to hear of it.
    """
    credit = StoreCreditRules(expires_after=terms.store_credit.expires_after)
    swaps = tuple(method for method in terms.methods if method in (Method.EXCHANGE, Method.REPLACEMENT))
    exchange = terms.exchange.model_copy(update={"in_advance": False})
    changes = {"methods": (Method.STORE_CREDIT, *swaps), "store_credit": credit, "exchange": exchange}
    return terms.model_copy(update=changes | {"refund_at": RefundMoment.INSPECTION, "keep": False})
