"""What the payments of an order still hold, and how an amount is taken from them so that it can be worked out again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from domain.case_documents import CaseDocument
from domain.collection_plans import with_collected
from domain.orders import Order, Payment
from domain.payout_news import number_payouts, place_payouts
from domain.payout_routes import Owed, declined_payments, name_accounts
from domain.payouts import Payout, PayoutBasis, PayoutMethod
from domain.policies import PayoutRules


@dataclass(frozen=True)
class OrderFunds:
    """An order in its present version, what each of its payments still holds, and the rules for taking from them.

    `collected` are payments of its cases: a refund may go back to them as to its own.
    """

    order: Order
    version: int
    refundable_minor: Mapping[str, int]
    rules: PayoutRules
    collected: tuple[Payment, ...] = ()

    @property
    def total_minor(self) -> int:
        """What all payments together still hold."""
        return sum(self.refundable_minor.values())

    def only(self, payment_id: str | None) -> OrderFunds:
        """The same, of one payment alone; of all where none is named."""
        if payment_id is None:
            return self
        return replace(self, refundable_minor={payment_id: self.refundable_minor.get(payment_id, 0)})

    def with_back(self, payouts: Iterable[Payout]) -> OrderFunds:
        """The same once these payouts hold nothing any more."""
        freed = Counter(dict(self.refundable_minor))
        for payout in payouts:
            freed[payout.payment_id] += payout.amount_minor
        return replace(self, refundable_minor=dict(freed))


def take_from(
    funds: OrderFunds,
    case: CaseDocument,
    amount_minor: int,
    *,
    at: datetime,
    method: PayoutMethod = PayoutMethod.PROVIDER,
    last: frozenset[str] = frozenset(),
) -> tuple[tuple[Payout, ...], PayoutBasis]:
    """The payouts of the amount, numbered on, and what they were allocated from; less where the payments hold less.

    The payments `last` only give what no other can.
    """
    order = with_collected(funds.order, funds.collected)
    planned = place_payouts(order, amount_minor, refundable_minor=funds.refundable_minor, rules=funds.rules, last=last)
    numbered = number_payouts(case.ref, planned, currency=case.currency, after=len(case.payouts), method=method)
    payouts = name_accounts(numbered, order)
    basis = PayoutBasis(
        at=at,
        order_version=funds.version,
        owed_minor=amount_minor,
        refundable_minor=dict(funds.refundable_minor),
        payouts=tuple(payout.number for payout in payouts),
        declined=tuple(sorted(last)),
        method=method,
        collected=funds.collected,
    )
    return payouts, basis


def routed_basis(
    funds: OrderFunds, case: CaseDocument, owed: Owed, payouts: Sequence[Payout], *, at: datetime
) -> PayoutBasis:
    """What these payouts, made for what was owed by `make_payouts`, were allocated from; `case` is from before them."""
    return PayoutBasis(
        at=at,
        order_version=funds.version,
        owed_minor=owed.total_minor,
        credit_minor=owed.credit_minor,
        bonus_minor=owed.bonus_minor,
        refundable_minor=dict(funds.refundable_minor),
        declined=tuple(sorted(declined_payments(case))),
        payouts=tuple(payout.number for payout in payouts),
        collected=funds.collected,
    )
