"""A payment provider in memory: honest about idempotency keys and about what a payment still holds."""

from __future__ import annotations

from domain.errors import Rejected
from domain.money import Money
from domain.ports import ProviderRefund, RefundOrder
from tests.fakes.faults import Faults


class FakePayments:
    """Keeps every refund it ever made, in order; `orders` are the calls, `made` what came of them.

    Payments that were announced by `capture` hold that much and no more; a payment that was never announced holds
    any amount, so that a workflow test need not prepare it. `faults` spoils calls of `refund`, `find_faults` those of
    `find_refund`.
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.find_faults = Faults()
        self.orders: list[RefundOrder] = []
        self.made: list[tuple[RefundOrder, ProviderRefund]] = []
        self._captured: dict[str, Money] = {}
        self._frozen: set[str] = set()
        self._answers: dict[str, tuple[RefundOrder, ProviderRefund]] = {}
        self._next_status = "settled"

    def capture(self, reference: str, amount: Money) -> None:
        """The payment exists and holds `amount`."""
        self._captured[reference] = amount

    def dispute(self, reference: str) -> None:
        """The customer's bank claws the payment back; it can no longer be refunded."""
        self._frozen.add(reference)

    def end_dispute(self, reference: str) -> None:
        """The bank has decided for the shop; the payment can be refunded again."""
        self._frozen.discard(reference)

    def pend_next(self) -> None:
        """The next refund stays pending until it is settled or failed."""
        self._next_status = "pending"

    def settle(self, key: str) -> None:
        """The refund of that key reached the customer."""
        self._change(key, status="settled", failure="")

    def fail(self, key: str, failure: str = "lost_or_stolen_card") -> None:
        """The refund of that key came back; its payment holds the amount again."""
        self._change(key, status="failed", failure=failure)

    def forget_keys(self) -> None:
        """Idempotency keys are only kept for a while; the refunds themselves stay."""
        self._answers.clear()

    def refunds_of(self, reference: str) -> list[ProviderRefund]:
        """Every refund of that payment, oldest first."""
        return [refund for order, refund in self.made if order.payment_reference == reference]

    def refund(self, order: RefundOrder) -> ProviderRefund:
        self.orders.append(order)
        return self.faults.around(lambda: self._refund(order))

    def find_refund(self, order: RefundOrder) -> ProviderRefund | None:
        return self.find_faults.around(lambda: [self._find(order)])[0]

    def _find(self, order: RefundOrder) -> ProviderRefund | None:
        made = (refund for earlier, refund in self.made if earlier.key == order.key)
        return next(made, None)

    def _refund(self, order: RefundOrder) -> ProviderRefund:
        if order.key in self._answers:
            return self._replay(order)
        self._refuse_impossible(order)
        refund = ProviderRefund(reference=f"re_{len(self.made) + 1}", status=self._next_status, amount=order.amount)
        self._next_status = "settled"
        self.made.append((order, refund))
        self._answers[order.key] = (order, refund)
        return refund

    def _replay(self, order: RefundOrder) -> ProviderRefund:
        first, answer = self._answers[order.key]
        if first != order:
            raise Rejected("idempotency_error", "this key was used for another refund")
        return answer

    def _refuse_impossible(self, order: RefundOrder) -> None:
        if order.payment_reference in self._frozen:
            raise Rejected("charge_disputed")
        captured = self._captured.get(order.payment_reference)
        if captured is None:
            return
        left = captured.minor - self._refunded_minor(order.payment_reference)
        if left == 0:
            raise Rejected("charge_already_refunded")
        if order.amount.minor > left:
            raise Rejected("amount_too_large", f"only {left} minor units are left")

    def _refunded_minor(self, reference: str) -> int:
        return sum(refund.amount.minor for refund in self.refunds_of(reference) if refund.status != "failed")

    def _change(self, key: str, **facts: str) -> None:
        self.made = [
            (order, refund.model_copy(update=facts) if order.key == key else refund) for order, refund in self.made
        ]
