"""What the recipient of a gift is granted for a line, in place of what the buyer would be."""

from __future__ import annotations

from domain.policies import LineTerms, Method, RefundMoment, StoreCreditRules


def give_to_recipient(terms: LineTerms) -> LineTerms:
    """Store credit and nothing else, without a bonus for choosing it, and once the goods were looked at.

    Goods of a gift always come back: what may be kept is counted against the buyer, who is not to hear of it.
    """
    credit = StoreCreditRules(expires_after=terms.store_credit.expires_after)
    changes = {"methods": (Method.STORE_CREDIT,), "store_credit": credit}
    return terms.model_copy(update=changes | {"refund_at": RefundMoment.INSPECTION, "keep": False})
