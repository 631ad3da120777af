"""A payment provider's event becomes what it means: ledger, balances, and news for the cases that it touches.

The step needs no workflow: whoever kept the event runs it at once, and dispatch runs it when that did not happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from activities.collection_news import find_unseen_hold, take_collection
from activities.dispute_news import take_dispute
from activities.event_verdicts import EventVerdict, kept
from activities.refund_news import Confirmed, find_doubt, take_refund
from domain.collection_port import CollectionOrder, Collections, ProviderCollection
from domain.ledger_port import PaymentEventKept
from domain.payment_events import COLLECTION_KINDS, DISPUTE_STATES, REFUND_STATES
from domain.ports import Payments, Records, RefundOrder, Transaction

Answer = Confirmed | ProviderCollection | None


@dataclass(frozen=True)
class PaymentEventSteps:
    """Applies events. Without the provider's ports, what it must be asked about is left to whoever can ask it."""

    records: Records
    payments: Payments | None = None
    collections: Collections | None = None

    def apply(self, provider: str, event_id: str, *, at: datetime) -> EventVerdict | None:
        """What became of the event; None when it never came, or waits for somebody who can ask the provider.

        Repeating it changes nothing. Raises Unavailable when the database or the provider does not answer.
        """
        with self.records.transaction() as tx:
            known = tx.payment_event(provider, event_id)
            if known is None or known.outcome is not None:
                return _known(known)
            question = find_doubt(tx, known.event) or find_unseen_hold(tx, known.event)
            if question is None:
                return self._settle(tx, known, at=at)
        if self.payments is None or self.collections is None:
            return None
        answer = self._ask(question)
        with self.records.transaction() as tx:
            known = tx.payment_event(provider, event_id)
            if known is None or known.outcome is not None:
                return _known(known)
            return self._settle(tx, known, at=at, answer=answer)

    def _ask(self, question: RefundOrder | CollectionOrder) -> Answer:
        assert self.payments is not None, "who cannot ask leaves the event alone"
        assert self.collections is not None, "who cannot ask leaves the event alone"
        if isinstance(question, RefundOrder):
            return Confirmed(self.payments.find_refund(question))
        return self.collections.find(question)

    def _settle(self, tx: Transaction, known: PaymentEventKept, *, at: datetime, answer: Answer = None) -> EventVerdict:
        event = known.event
        if event.kind in REFUND_STATES:
            verdict = take_refund(tx, event, confirmed=answer if isinstance(answer, Confirmed) else None, at=at)
        elif event.kind in DISPUTE_STATES:
            verdict = take_dispute(tx, event, at=at)
        elif event.kind in COLLECTION_KINDS:
            found = answer if isinstance(answer, ProviderCollection) else None
            verdict = take_collection(tx, event, found=found, at=at)
        else:
            verdict = kept("not_about_refunds", "It is about no money of ours.")
        tx.settle_payment_event(event, outcome=verdict.outcome, code=verdict.code, detail=verdict.detail)
        return verdict


def _known(event: PaymentEventKept | None) -> EventVerdict | None:
    if event is None or event.outcome is None:
        return None
    return EventVerdict(event.outcome, event.code, event.detail)
