"""A payment provider in memory that takes money from customers: honest about keys, holds and what can be captured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from domain.collection_port import CollectionOrder, CollectionStatus, ProviderCollection
from domain.errors import Rejected
from domain.money import Money
from tests.fakes.faults import Faults

HELD_FOR = timedelta(days=7)


class FakeCollections:
    """Keeps every payment that it was ever asked for; `calls` are what was asked, in order, as (what, key).

    `faults` spoils calls that move money, `find_faults` those of `find`. Holds lapse `held_for` after `now`.
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.find_faults = Faults()
        self.calls: list[tuple[str, str]] = []
        self.made: dict[str, ProviderCollection] = {}
        self.now = datetime.now(UTC)
        self.held_for = HELD_FOR
        self._answers: dict[str, tuple[CollectionOrder, ProviderCollection]] = {}
        self._orders: dict[str, CollectionOrder] = {}
        self._declines: list[str] = []

    def decline_next(self, code: str = "card_declined") -> None:
        """The next instrument that is asked is declined."""
        self._declines.append(code)

    def confirm(self, key: str, *, instrument: str = "pm_card_visa") -> ProviderCollection:
        """The customer confirms the payment of that key."""
        order = self._orders[key]
        return self._accept(order, instrument=instrument if order.customer else "")

    def lapse(self, key: str) -> None:
        """The hold of that key is let go by the provider itself."""
        self._change(key, status=CollectionStatus.CANCELLED)

    def forget_keys(self) -> None:
        """Idempotency keys are only kept for a while; the payments themselves stay."""
        self._answers.clear()

    def captured(self) -> list[int]:
        """What was captured, payment by payment, in minor units."""
        return [each.captured.minor for each in self.made.values() if each.captured.minor]

    def request(self, order: CollectionOrder) -> ProviderCollection:
        self.calls.append(("request", order.key))
        return self.faults.around(lambda: self._request(order))

    def find(self, order: CollectionOrder) -> ProviderCollection | None:
        self.calls.append(("find", order.key))
        return self.find_faults.around(lambda: (self.made.get(order.key),))[0]

    def capture(self, order: CollectionOrder, amount: Money) -> ProviderCollection:
        self.calls.append(("capture", order.key))
        return self.faults.around(lambda: self._capture(order, amount))

    def cancel(self, order: CollectionOrder) -> ProviderCollection:
        self.calls.append(("cancel", order.key))
        return self.faults.around(lambda: self._cancel(order))

    def _request(self, order: CollectionOrder) -> ProviderCollection:
        asked = order.model_copy(update={"reference": ""})
        if order.key in self._answers:
            first, answer = self._answers[order.key]
            if first != asked:
                raise Rejected("idempotency_error", "this key was used for another payment")
            return answer
        made = ProviderCollection(
            reference=f"pi_{order.rma}_{order.collection}",
            status=CollectionStatus.REQUESTED,
            amount=order.amount,
            captured=Money(minor=0, currency=order.amount.currency),
            client_secret=f"secret_{order.collection}",
        )
        self.made[order.key], self._orders[order.key] = made, asked
        if order.instrument:
            if self._declines:
                code = self._declines.pop(0)
                self._change(order.key, status=CollectionStatus.DECLINED, failure=code)
                raise Rejected(code)
            made = self._accept(order, instrument=order.instrument)
        self._answers[order.key] = (asked, made)
        return made

    def _accept(self, order: CollectionOrder, *, instrument: str) -> ProviderCollection:
        if self.made[order.key].status is not CollectionStatus.REQUESTED:
            raise Rejected("payment_intent_unexpected_state")
        if order.hold:
            lapses_at = self.now + self.held_for
            return self._change(
                order.key, status=CollectionStatus.AUTHORIZED, instrument=instrument, lapses_at=lapses_at
            )
        return self._change(order.key, status=CollectionStatus.CAPTURED, instrument=instrument, captured=order.amount)

    def _capture(self, order: CollectionOrder, amount: Money) -> ProviderCollection:
        if self.made[order.key].status is not CollectionStatus.AUTHORIZED:
            raise Rejected("payment_intent_unexpected_state")
        if amount.minor > order.amount.minor:
            raise Rejected("amount_too_large")
        return self._change(order.key, status=CollectionStatus.CAPTURED, captured=amount, lapses_at=None)

    def _cancel(self, order: CollectionOrder) -> ProviderCollection:
        if self.made[order.key].status not in (CollectionStatus.REQUESTED, CollectionStatus.AUTHORIZED):
            raise Rejected("payment_intent_unexpected_state")
        return self._change(order.key, status=CollectionStatus.CANCELLED, lapses_at=None)

    def _change(self, key: str, **facts: object) -> ProviderCollection:
        self.made[key] = self.made[key].model_copy(update=facts)
        return self.made[key]
