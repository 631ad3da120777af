"""Money leaves here: one provider call for one payout, its intent and its outcome on the ledger around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity

from activities.ledger_news import take_ledger
from activities.steps import PayoutStep
from domain.cases import SYSTEM, CaseRef, StepResult
from domain.changes import entry
from domain.disputes import Dispute
from domain.errors import LedgerContradiction, OutcomeUnknown, Rejected, Unavailable
from domain.money import Money
from domain.payouts import CREDITS, DUE, FORWARD, Payout, PayoutState
from domain.ports import Payments, ProviderRefund, Records, RefundOrder, Transaction

_STATE_OF_STATUS = {
    "pending": PayoutState.ACCEPTED,
    "settled": PayoutState.SETTLED,
    "failed": PayoutState.FAILED,
}
# The provider knows our key with another amount: somebody made a mistake, and money may have moved.
KEY_MISUSED = "idempotency_error"
# The bank has clawed the payment back; its event may not have reached us yet, or was lost: then the nightly comparison
# with the provider tells, and the provider is asked again every quarter of an hour until it pays or the event is here.
DISPUTED = "charge_disputed"
DISPUTE_NEWS_PATIENCE = timedelta(minutes=15)


@dataclass(frozen=True)
class PaymentSteps:
    """Payouts through one payment provider; credit at the shop needs none."""

    records: Records
    payments: Payments

    @activity.defn(name="payments.refund", no_thread_cancel_exception=True)
    def refund(self, step: PayoutStep) -> StepResult:
        """The payout was made exactly once, or is on record as failed, frozen or mismatched.

        Raises Unavailable, OutcomeUnknown (both retried).
        """
        order, in_doubt = self._mark_sent(step)
        if order is None:
            return self._take_ledger(step)
        try:
            made = self.payments.find_refund(order) if in_doubt else None
            made = made or self.payments.refund(order)
        except OutcomeUnknown:
            self._record(step, state=PayoutState.UNKNOWN)
            raise
        except Rejected as refusal:
            return self._record_refusal(step, refusal)
        return self._record_made(step, made)

    def _mark_sent(self, step: PayoutStep) -> tuple[RefundOrder | None, bool]:
        """What to ask the provider, the payout being marked as sent; nothing when it is done, or may not leave now.

        Credit is given right here, so nothing is left to ask.

        True when an earlier try may have reached the provider already.
        """
        with self.records.transaction() as tx:
            payout = _locked(tx, step)
            if payout.state not in DUE:
                return None, False
            if payout.method in CREDITS:
                _give_credit(tx, step, payout)
                return None, False
            in_doubt = payout.state is not PayoutState.PLANNED
            tx.record_payout(step.ref, payout.model_copy(update={"state": PayoutState.SENT}), SYSTEM)
            return refund_order(tx, step.ref, payout), in_doubt

    def _record_made(self, step: PayoutStep, made: ProviderRefund) -> StepResult:
        with self.records.transaction() as tx:
            payout = _locked(tx, step)
            facts = {"provider_reference": made.reference, "failure": made.failure}
            if (made.amount.minor, made.amount.currency) != (payout.amount_minor, payout.currency):
                failure = f"The provider made refund {made.reference} over {made.amount} under this key."
                return _record(tx, step, payout, state=PayoutState.MISMATCHED, failure=failure)
            return _record(tx, step, payout, state=_STATE_OF_STATUS[made.status], **facts)

    def _record_refusal(self, step: PayoutStep, refusal: Rejected) -> StepResult:
        with self.records.transaction() as tx:
            payout = _locked(tx, step)
            order_id = tx.case(step.ref).order_id
            disputes = tx.disputes_of(step.ref.merchant, order_id, payout.payment_id)
            if refusal.code == DISPUTED and not any(each.is_lost or each.holds_payouts for each in disputes):
                # Its news is a moment behind, or was lost, or the provider has not taken note of the end. Frozen now,
                # the payout would wait for news that may never come.
                raise Unavailable(
                    f"disputed, and no open dispute is on record: {refusal}", retry_after=DISPUTE_NEWS_PATIENCE
                )
            state, failure = _refused_state(refusal, disputes)
            return _record(tx, step, payout, state=state, failure=failure)

    def _record(self, step: PayoutStep, *, state: PayoutState) -> StepResult:
        with self.records.transaction() as tx:
            return _record(tx, step, _locked(tx, step), state=state)

    def _take_ledger(self, step: PayoutStep) -> StepResult:
        with self.records.transaction() as tx:
            return take_ledger(tx, tx.case(step.ref), at=step.at)


def _give_credit(tx: Transaction, step: PayoutStep, payout: Payout) -> None:
    """The credit is on its account and the payout settled, in one transaction; the merchant's systems hear of it."""
    tx.record_payout(step.ref, payout.model_copy(update={"state": PayoutState.SETTLED}), SYSTEM)
    facts = {"account": payout.account, "amount_minor": payout.amount_minor, "bonus_minor": payout.bonus_minor}
    facts |= {"rma": step.ref.rma, "payout": payout.number, "currency": payout.currency}
    tx.announce(step.ref, "store_credit.issued", facts)


def _locked(tx: Transaction, step: PayoutStep) -> Payout:
    """The payout, locked after its case and its order as everywhere."""
    tx.lock_order(step.ref.merchant, tx.case(step.ref).order_id)
    return tx.payout(step.ref, step.number)


def _record(tx: Transaction, step: PayoutStep, payout: Payout, **facts: object) -> StepResult:
    """The outcome is on the ledger, unless news that came meanwhile says more; what cannot be is an alarm."""
    told = payout.model_copy(update=facts)
    try:
        tx.record_payout(step.ref, told, SYSTEM, about="provider" if told.state is PayoutState.FROZEN else "")
    except LedgerContradiction as contradiction:
        if PayoutState.MISMATCHED in FORWARD[payout.state]:
            failure = f"The ledger cannot hold what the provider answered: {contradiction}."
            stopped = payout.model_copy(update={"state": PayoutState.MISMATCHED, "failure": failure})
            tx.record_payout(step.ref, stopped, SYSTEM)
        else:
            summary = f"ALARM: the provider answered what the ledger cannot hold: {contradiction}."
            tx.add_to_timeline(step.ref, entry(step.at, "refund.alarm", summary, payout=payout.number))
    return take_ledger(tx, tx.case(step.ref), at=step.at)


def _refused_state(refusal: Rejected, disputes: tuple[Dispute, ...]) -> tuple[PayoutState, str]:
    """What a refusal of the provider means. A payment under dispute waits for the bank, unless that has decided."""
    if refusal.code == KEY_MISUSED:
        return PayoutState.MISMATCHED, str(refusal)
    if refusal.code == DISPUTED and not any(dispute.is_lost for dispute in disputes):
        return PayoutState.FROZEN, ""
    return PayoutState.FAILED, f"{refusal.code}: {refusal}"


def refund_order(tx: Transaction, ref: CaseRef, payout: Payout) -> RefundOrder:
    """What the provider is asked about the payout, the same on every try."""
    return RefundOrder(
        merchant=ref.merchant,
        rma=ref.rma,
        payout=payout.number,
        key=payout.key,
        payment_reference=tx.payment_reference(ref.merchant, tx.case(ref).order_id, payout.payment_id),
        amount=Money(minor=payout.amount_minor, currency=payout.currency),
    )
