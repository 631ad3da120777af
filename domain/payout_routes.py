"""Which way the parts of a refund go: back through a provider, back to a gift card or store credit, or as new credit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from domain.calendar import Span
from domain.case_documents import CaseDocument
from domain.credits import account_of_payment, customer_account
from domain.money import share
from domain.orders import Order
from domain.payout_news import number_payouts, place_payouts
from domain.payouts import Payout, PayoutMethod
from domain.policies import DeclinedRefund, PayoutRules, Policy
from domain.reimbursements import PlannedPayout, ReimbursementPart, StoreCreditPlan


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


def split_owed(unpaid_minor: int, credit: StoreCreditPlan, payouts: Sequence[Payout]) -> Owed:
    """What is not on its way yet, by method; a credit that was paid in part earns the rest of its bonus."""
    given = [p for p in payouts if p.method is PayoutMethod.STORE_CREDIT and not p.is_owed_again]
    left = min(unpaid_minor, max(0, credit.owed_minor - sum(payout.amount_minor for payout in given)))
    bonus = credit.bonus_minor - sum(payout.bonus_minor for payout in given) if left else 0
    return Owed(original_minor=unpaid_minor - left, credit_minor=left, bonus_minor=max(0, bonus))


def make_payouts(
    case: CaseDocument,
    order: Order,
    owed: Owed,
    *,
    refundable_minor: Mapping[str, int],
    rules: PayoutRules,
    credit_to: str = "",
) -> tuple[Payout, ...]:
    """Payouts for what is owed, numbered on, each with its way and its account; fewer than owed when the payments hold less.

    A payment that declined one before is tried again only for what no other payment holds.
    """
    routed = route_payouts(
        order, owed, refundable_minor=refundable_minor, rules=rules, declined=declined_payments(case)
    )
    numbered = number_payouts(case.ref, [each.part for each in routed], currency=case.currency, after=len(case.payouts))
    ways = (
        payout.model_copy(update={"method": each.method, "bonus_minor": each.bonus_minor})
        for payout, each in zip(numbered, routed, strict=True)
    )
    return name_accounts(tuple(ways), order, credit_to=credit_to)


def declined_payments(case: CaseDocument) -> frozenset[str]:
    """Payments to which a payout of the case went wrong: they are tried again only when no other holds enough."""
    return frozenset(payout.payment_id for payout in case.payouts if payout.is_owed_again)


def falls_to_credit(payout: Payout, rules: PayoutRules) -> bool:
    """Whether what its payment did not take is simply owed again, since the rules then pay store credit."""
    return rules.when_declined is DeclinedRefund.STORE_CREDIT and payout.method is PayoutMethod.PROVIDER


def date_credits(payouts: Sequence[Payout], lasts: Span | None, *, policy: Policy, at: datetime) -> tuple[Payout, ...]:
    """New credit can be spent so long, counted from now; what goes back to an account never expires."""
    until = policy.due(at, lasts) if lasts else None
    return tuple(
        payout.model_copy(update={"expires_at": until}) if payout.method is PayoutMethod.STORE_CREDIT else payout
        for payout in payouts
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
