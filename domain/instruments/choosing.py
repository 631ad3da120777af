"""Which instruments a customer may choose, for money in either direction, and for how much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.instruments.models import OURS, WITH_BALANCE, Instrument, InstrumentPart
from domain.money import Money
from domain.orders import Order
from domain.policies import InstrumentRules, Method


class Direction(StrEnum):
    """Which way the money goes."""

    TO_CUSTOMER = "to_customer"
    FROM_CUSTOMER = "from_customer"


class Obstacle(StrEnum):
    """Why an instrument cannot be chosen."""

    NOT_ALLOWED = "not_allowed"
    DID_NOT_PAY = "did_not_pay"
    NOT_OFFERED = "not_offered"
    EXPIRED = "expired"
    OTHER_CURRENCY = "other_currency"
    EMPTY = "empty"


class Movement(InstrumentPart):
    """Money to move, and the day on which the customer chooses, in the shop's time zone."""

    direction: Direction
    amount: Money
    on: date


class InstrumentChoice(InstrumentPart):
    """One instrument and whether it may be chosen; `up_to_minor` is the part of the amount that it may carry."""

    instrument: Instrument
    allowed: bool
    up_to_minor: int
    paid_the_order: bool = False
    obstacle: Obstacle | None = None
    why: Annotated[str, Field(description="For people: why not, or why only so much.")] = ""


def instruments_for(
    instruments: Sequence[Instrument],
    movement: Movement,
    *,
    rules: InstrumentRules,
    offered: Sequence[Method] = (),
    order: Order | None = None,
    left_minor: Mapping[str, int] | None = None,
) -> tuple[InstrumentChoice, ...]:
    """A choice for each instrument, in the order in which the customer has them.

    Money to the customer goes back to what paid the order where `offered` has the original payment, by payment id up to
    `left_minor`; to anything else only by the policy field instruments.refund_to, and to credit at the shop only where
    store credit is offered. Money from the customer comes from what instruments.collect_from names.
    """
    way = _Way(movement, rules, tuple(offered), order, left_minor or {})
    return tuple(way.judge(instrument) for instrument in instruments)


class _Way:
    """The way that one movement may take."""

    def __init__(
        self,
        movement: Movement,
        rules: InstrumentRules,
        offered: tuple[Method, ...],
        order: Order | None,
        left_minor: Mapping[str, int],
    ) -> None:
        self._movement, self._rules, self._offered = movement, rules, offered
        self._order, self._left = order, left_minor
        self._amount = movement.amount

    def judge(self, instrument: Instrument) -> InstrumentChoice:
        """The choice."""
        paid = self._paid_with(instrument)
        if self._movement.direction is Direction.FROM_CUSTOMER:
            obstacle, most = self._from(instrument)
        elif paid:
            obstacle, most = self._back(paid)
        else:
            obstacle, most = self._elsewhere(instrument)
        up_to = 0 if obstacle else min(most, self._amount.minor)
        why = self._why(instrument, obstacle) if obstacle else self._limit(up_to)
        return InstrumentChoice(
            instrument=instrument,
            allowed=obstacle is None,
            up_to_minor=up_to,
            paid_the_order=bool(paid),
            obstacle=obstacle,
            why=why,
        )

    def _paid_with(self, instrument: Instrument) -> list[str]:
        """The payments of the order that were made with the instrument."""
        payments = self._order.payments if self._order else ()
        return [
            payment.payment_id
            for payment in payments
            if payment.instrument_id == instrument.instrument_id
            or (payment.method is instrument.method and payment.reference == instrument.reference)
        ]

    def _from(self, instrument: Instrument) -> tuple[Obstacle | None, int]:
        if instrument.method not in self._rules.collect_from:
            return Obstacle.NOT_ALLOWED, 0
        if obstacle := self._unusable(instrument):
            return obstacle, 0
        if instrument.balance_minor is None:
            return None, self._amount.minor
        return (None if instrument.balance_minor else Obstacle.EMPTY), instrument.balance_minor

    def _back(self, payments: Sequence[str]) -> tuple[Obstacle | None, int]:
        if Method.ORIGINAL_PAYMENT not in self._offered:
            return Obstacle.NOT_OFFERED, 0
        # An expired card still takes back what it paid: its bank passes it on.
        left = sum(self._left.get(payment_id, 0) for payment_id in payments)
        return (None if left else Obstacle.EMPTY), left

    def _elsewhere(self, instrument: Instrument) -> tuple[Obstacle | None, int]:
        if instrument.method not in self._rules.refund_to:
            return Obstacle.DID_NOT_PAY, 0
        is_credit = instrument.method in WITH_BALANCE
        if (Method.STORE_CREDIT if is_credit else Method.ORIGINAL_PAYMENT) not in self._offered:
            return Obstacle.NOT_OFFERED, 0
        return self._unusable(instrument), self._amount.minor

    def _unusable(self, instrument: Instrument) -> Obstacle | None:
        if instrument.expires_on is not None and instrument.expires_on < self._movement.on:
            return Obstacle.EXPIRED
        if instrument.method in WITH_BALANCE and instrument.currency != self._amount.currency:
            return Obstacle.OTHER_CURRENCY
        return None

    def _why(self, instrument: Instrument, obstacle: Obstacle) -> str:
        match obstacle:
            case Obstacle.NOT_ALLOWED:
                return f"The shop does not collect from a {instrument.method}."
            case Obstacle.DID_NOT_PAY:
                return "It did not pay this order, and the shop refunds no other instrument of its kind."
            case Obstacle.NOT_OFFERED:
                return "The policy does not offer this way for these goods."
            case Obstacle.EXPIRED:
                return f"Its last day was {instrument.expires_on}."
            case Obstacle.OTHER_CURRENCY:
                return f"Its balance is in {instrument.currency}, the amount in {self._amount.currency}."
            case Obstacle.EMPTY:
                return "Nothing is left on it."

    def _limit(self, up_to: int) -> str:
        return (
            f"It can carry {Money(minor=up_to, currency=self._amount.currency)}." if up_to < self._amount.minor else ""
        )


def provider_customer(known: Sequence[Instrument], chosen: Instrument | None) -> str:
    """The provider's name of the customer: of the chosen instrument, else of the first that is kept for them.

    The shop's own id of a customer means nothing to a provider. "" where nothing is kept.
    """
    kept = (chosen,) if chosen is not None else known
    return next((each.customer for each in kept if each.provider != OURS and each.customer), "")
