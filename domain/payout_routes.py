"""Which way the parts of a refund go: back through a provider, back to a gift card or store credit, or as new credit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.credits import account_of_payment, customer_account
from domain.money import share
from domain.orders import Order
from domain.payout_news import place_payouts
from domain.payouts import Payout, PayoutMethod
from domain.policies import DeclinedRefund, PayoutRules
from domain.reimbursements import PlannedPayout, ReimbursementPart


class Owed(ReimbursementPart):
    """What must still be paid: as the payments were made, and as store credit with its bonus."""

    original_minor: int = 0
    credit_minor: int = 0
    bonus_minor: int = 0

    @property
    def total_minor(self) -> int:
        """What it takes from the payments; the bonus is no part of it."""
        return self.original_minor + self.credit_minor


class RoutedPart(ReimbursementPart):
    """A part of what is owed, on the payment that it counts against, and the way it goes."""

    part: PlannedPayout
    method: PayoutMethod
    bonus_minor: int = 0


def route_payouts(
    order: Order,
    owed: Owed,
    *,
    refundable_minor: Mapping[str, int],
    rules: PayoutRules,
    declined: frozenset[str] = frozenset(),
) -> tuple[RoutedPart, ...]:
    """What is owed over the payments of the order, money first; less than is owed where they hold less.

    A payment that declined a refund takes only what no other can, and by policy as store credit.
    """
    money = place_payouts(order, owed.original_minor, refundable_minor=refundable_minor, rules=rules, last=declined)
    left = dict(refundable_minor)
    for part in money:
        left[part.payment_id] -= part.amount_minor
    credit = place_payouts(order, owed.credit_minor, refundable_minor=left, rules=rules)
    falls = declined if rules.when_declined is DeclinedRefund.STORE_CREDIT else frozenset()
    ways = {payment.payment_id: _way(payment.payment_id in falls) for payment in order.payments}
    ways |= {p.payment_id: PayoutMethod.CREDIT_ACCOUNT for p in order.payments if account_of_payment(p)}
    return (
        *(RoutedPart(part=part, method=ways[part.payment_id]) for part in money),
        *_with_bonus(credit, owed),
    )


def name_accounts(payouts: Sequence[Payout], order: Order, *, credit_to: str = "") -> tuple[Payout, ...]:
    """The payouts, each with the account that it goes to: what was paid with a gift card or credit goes back there.

    New credit is `credit_to` that account, if it is not the buyer's.
    """
    paid_with = {payment.payment_id: account_of_payment(payment) for payment in order.payments}
    named = []
    for payout in payouts:
        account = paid_with.get(payout.payment_id)
        if payout.method in (PayoutMethod.PROVIDER, PayoutMethod.CREDIT_ACCOUNT) and account is not None:
            changes = {"method": PayoutMethod.CREDIT_ACCOUNT, "account": str(account)}
            payout = payout.model_copy(update=changes)
        elif payout.method is PayoutMethod.STORE_CREDIT:
            payout = payout.model_copy(update={"account": credit_to or str(customer_account(order))})
        named.append(payout)
    return tuple(named)


def _way(falls_to_credit: bool) -> PayoutMethod:
    return PayoutMethod.STORE_CREDIT if falls_to_credit else PayoutMethod.PROVIDER


def _with_bonus(parts: Sequence[PlannedPayout], owed: Owed) -> list[RoutedPart]:
    """Each part with its share of the bonus, which belongs to the whole credit."""
    routed, before = [], 0
    for part in parts:
        upto = before + part.amount_minor
        bonus = share(owed.bonus_minor, upto, owed.credit_minor) - share(owed.bonus_minor, before, owed.credit_minor)
        routed.append(RoutedPart(part=part, method=PayoutMethod.STORE_CREDIT, bonus_minor=bonus))
        before = upto
    return routed
