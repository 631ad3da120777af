"""What the payments of an order hold, read for whoever takes from them next."""

from __future__ import annotations

from domain.case_documents import CaseDocument
from domain.order_funds import OrderFunds
from domain.policies import PayoutRules
from domain.ports import Transaction


def funds_of(tx: Transaction, case: CaseDocument, rules: PayoutRules) -> OrderFunds:
    """The funds of the case's order, which is locked, so that what they hold stays so."""
    merchant, order_id = case.ref.merchant, case.order_id
    return OrderFunds(
        order=tx.order(merchant, order_id),
        version=tx.order_version(merchant, order_id),
        refundable_minor=tx.refundable(merchant, order_id),
        rules=rules,
        collected=tx.collected_payments(merchant, order_id),
    )
