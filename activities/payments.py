"""Money leaves here: one provider call for one payout, its intent and its outcome on the ledger around it."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from activities.steps import PayoutStep
from activities.writing import keep_change, loaded, unchanged
from domain.cases import SYSTEM, StepResult
from domain.errors import OutcomeUnknown, Rejected
from domain.money import Money
from domain.orders import Order
from domain.ports import Payments, ProviderRefund, Records, RefundOrder
from domain.returns.case import Payout, PayoutState
from domain.returns.changes import Change, entry
from domain.returns.settlement import ask_after_failure

_FINAL = (PayoutState.ACCEPTED, PayoutState.SETTLED, PayoutState.FAILED)
_STATE_OF_STATUS = {
    "pending": PayoutState.ACCEPTED,
    "settled": PayoutState.SETTLED,
    "failed": PayoutState.FAILED,
}


@dataclass(frozen=True)
class PaymentSteps:
    """Refunds through one payment provider."""

    records: Records
    payments: Payments

    @activity.defn(name="payments.refund", no_thread_cancel_exception=True)
    def refund(self, step: PayoutStep) -> StepResult:
        """The payout was made exactly once, or is on record as failed. Raises Unavailable, OutcomeUnknown (both retried)."""
        payout, order, in_doubt = self._mark_sent(step)
        if payout.state in _FINAL:
            return self._where_it_stands(step)
        instruction = _refund_order(step, payout, order)
        try:
            made = self.payments.find_refund(instruction) if in_doubt else None
            outcome = _outcome(payout, made or self.payments.refund(instruction))
        except OutcomeUnknown:
            self._record(step, payout.model_copy(update={"state": PayoutState.UNKNOWN}))
            raise
        except Rejected as refusal:
            failed = {"state": PayoutState.FAILED, "failure": f"{refusal.code}: {refusal}"}
            outcome = payout.model_copy(update=failed)
        return self._record(step, outcome)

    def _mark_sent(self, step: PayoutStep) -> tuple[Payout, Order, bool]:
        """The payout is marked as sent; True when an earlier try may have reached the provider already."""
        with self.records.transaction() as tx:
            payout = tx.payout(step.ref, step.number)
            order = tx.order(step.ref.merchant, tx.return_case(step.ref).order_id)
            if payout.state in _FINAL:
                return payout, order, False
            in_doubt = payout.state is not PayoutState.PLANNED
            sent = payout.model_copy(update={"state": PayoutState.SENT})
            tx.record_payout(step.ref, sent, SYSTEM)
            return sent, order, in_doubt

    def _record(self, step: PayoutStep, payout: Payout) -> StepResult:
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            tx.record_payout(step.ref, payout, SYSTEM)
            payouts = tuple(payout if known.number == payout.number else known for known in case.payouts)
            changed = case.with_facts(payouts=payouts)
            if payout.state is PayoutState.FAILED:
                changed = ask_after_failure(changed, payout.failure, at=step.at)
            amount = Money(minor=payout.amount_minor, currency=payout.currency)
            line = entry(
                step.at,
                f"refund.{payout.state}",
                f"Payout {payout.number} of {amount} is {payout.state}.",
                payout=payout.number,
                amount_minor=payout.amount_minor,
                currency=payout.currency,
                provider_reference=payout.provider_reference,
            )
            return keep_change(tx, case, Change(case=changed, entries=(line,)), policy)

    def _where_it_stands(self, step: PayoutStep) -> StepResult:
        with self.records.transaction() as tx:
            return unchanged(tx, *loaded(tx, step.ref))


def _refund_order(step: PayoutStep, payout: Payout, order: Order) -> RefundOrder:
    payment = next(payment for payment in order.payments if payment.payment_id == payout.payment_id)
    return RefundOrder(
        merchant=step.ref.merchant,
        rma=step.ref.rma,
        payout=payout.number,
        key=payout.key,
        payment_reference=payment.reference,
        amount=Money(minor=payout.amount_minor, currency=payout.currency),
    )


def _outcome(payout: Payout, refund: ProviderRefund) -> Payout:
    state = _STATE_OF_STATUS[refund.status]
    return payout.model_copy(update={"state": state, "provider_reference": refund.reference, "failure": refund.failure})
