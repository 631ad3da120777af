"""The ledger as the steps see it: the `Ledger` port on one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection

from domain.adjustments.case import Adjustment
from domain.case_documents import CaseDocument
from domain.cases import Actor, CaseKind, CaseRef, EventOutcome, TimelineEntry
from domain.changes import entry
from domain.collections import Collection
from domain.credit_notes import UNDER_WAY, CreditNote
from domain.disputes import Dispute
from domain.ledger_port import PaymentEventKept, PaymentPlace
from domain.money import Money
from domain.orders import Payment
from domain.payment_events import PaymentEvent
from domain.payment_issues.case import PaymentIssue, Resolution
from domain.payouts import Payout
from domain.reimbursements import PaidBefore
from records import (
    adjustments,
    balances,
    cases,
    collections,
    credit_notes,
    disputes,
    ledger,
    new_cases,
    orders,
    outbox,
    paid,
    payment_events,
)
from records.cases import CaseHead


class SqlLedger:
    """Implements `domain.ledger_port.Ledger`; see there for what each method promises."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[CaseRef, CaseHead] = {}

    def case(self, ref: CaseRef) -> CaseDocument:
        """The case as stored, locked. Raises UnknownCase."""
        case, self._heads[ref] = cases.load_case(self._connection, ref)
        return case

    def lock_order(self, merchant: str, order_id: str) -> None:
        """Nobody else decides about the order until the transaction ends."""
        orders.lock_order(self._connection, merchant, order_id)

    def paid_before(
        self, merchant: str, order_id: str, *, apart_from: CaseRef, beside: Sequence[CaseRef] = ()
    ) -> PaidBefore:
        """What other cases of the order have paid or will surely pay."""
        return paid.paid_before(self._connection, merchant, order_id, apart_from=(apart_from, *beside))

    def refundable(self, merchant: str, order_id: str) -> dict[str, int]:
        """By payment id, minor units, what may still be promised."""
        return balances.refundable(self._connection, merchant, order_id)

    def plan_payouts(
        self, ref: CaseRef, payouts: Sequence[Payout], actor: Actor, *, facts: Mapping[str, Any] | None = None
    ) -> bool:
        """Each payout is a ledger intent and counts as pending; False when one would pass the cap."""
        return ledger.plan_payouts(self._connection, ref, self._head(ref).order_id, payouts, actor, facts=facts)

    def payout(self, ref: CaseRef, number: int) -> Payout:
        """The payout as the ledger knows it, locked with its case. Raises UnknownCase, NotOnRecord."""
        self._head(ref)
        return ledger.load_payout(self._connection, ref, number)

    def record_payout(
        self,
        ref: CaseRef,
        payout: Payout,
        actor: Actor,
        *,
        about: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> bool:
        """The ledger has an entry for the payout's new state; a credit note is written where one is due."""
        head, may_be_noted = self._head(ref), payout.state not in UNDER_WAY
        if may_be_noted:
            # The note looks at all that pays the order, and the order is locked before payouts and balances.
            self.lock_order(ref.merchant, head.order_id)
        recorded = ledger.record_payout(self._connection, ref, payout, actor, about=about, facts=facts)
        if recorded and may_be_noted:
            self._write_due_note(ref)
        return recorded

    def add_to_timeline(self, ref: CaseRef, entry: TimelineEntry) -> None:
        """The entry is the newest of the case's timeline."""
        head = self._head(ref)
        cases.add_to_timeline(self._connection, ref, entry)
        self._heads[ref] = replace(head, timeline_length=head.timeline_length + 1)

    def _write_due_note(self, ref: CaseRef) -> None:
        note = credit_notes.write_due_note(self._connection, ref)
        if note is not None:
            self._tell_note(ref, note)

    def _tell_note(self, ref: CaseRef, note: CreditNote) -> None:
        """The timeline of the case that settled it says so, and the merchant's systems hear of it."""
        amount = Money(minor=note.total_minor, currency=note.currency)
        words = f"Credit note {note.number} over {amount} was written."
        self.add_to_timeline(ref, entry(note.issued_at, "credit_note.issued", words, number=note.number))
        facts = {"number": note.number, "order_id": note.order_id, "rma": note.rma, "total_minor": note.total_minor}
        outbox.announce(self._connection, ref, "credit_note.issued", facts | {"currency": note.currency})

    def payouts(self, ref: CaseRef) -> tuple[Payout, ...]:
        """Every payout of the case, by number."""
        return ledger.load_payouts(self._connection, ref)

    def locate_payout(self, merchant: str, key: str) -> tuple[CaseRef, Payout] | None:
        """The payout of that key with its case; not locked."""
        return ledger.locate_payout(self._connection, merchant, key)

    def stoppable_payouts(self, merchant: str, order_id: str, payment_id: str) -> list[tuple[CaseRef, Payout]]:
        """Payouts of the payment of which nothing was sent, oldest first, locked."""
        return ledger.stoppable_payouts(self._connection, merchant, order_id, payment_id)

    def lock_stoppable(self, merchant: str, order_id: str, payment_id: str) -> None:
        """The cases of those payouts are locked, before their order as everywhere."""
        for ref in ledger.stoppable_cases(self._connection, merchant, order_id, payment_id):
            self._head(ref)

    def plan_collections(self, ref: CaseRef, planned: Sequence[Collection], actor: Actor) -> None:
        """Each collection is a ledger intent. Raises LedgerContradiction."""
        collections.plan_collections(self._connection, ref, self._head(ref).order_id, planned, actor)

    def collection(self, ref: CaseRef, number: int) -> Collection:
        """The collection as the ledger knows it, locked with its case. Raises UnknownCase, NotOnRecord."""
        self._head(ref)
        return collections.load_collection(self._connection, ref, number)

    def collections(self, ref: CaseRef) -> tuple[Collection, ...]:
        """Every collection of the case, by number."""
        return collections.load_collections(self._connection, ref)

    def locate_collection(self, merchant: str, key: str) -> tuple[CaseRef, Collection] | None:
        """The collection of that key with its case; not locked."""
        return collections.locate_collection(self._connection, merchant, key)

    def decide_collection(self, ref: CaseRef, collection: Collection, actor: Actor) -> bool:
        """How much of it is to be captured is a ledger intent; False when it was decided before, or is over."""
        self._head(ref)
        return collections.decide_collection(self._connection, ref, collection, actor)

    def record_collection(self, ref: CaseRef, collection: Collection, actor: Actor, *, client_secret: str = "") -> bool:
        """The ledger has an entry for the collection's new state; False for old or repeated news."""
        self._head(ref)
        return collections.record_collection(self._connection, ref, collection, actor, client_secret=client_secret)

    def collected_payments(self, merchant: str, order_id: str) -> tuple[Payment, ...]:
        """What cases of the order collected, as payments."""
        return collections.collected_payments(self._connection, merchant, order_id)

    def payment_reference(self, merchant: str, order_id: str, payment_id: str) -> str:
        """How the provider knows the payment. Raises NotOnRecord."""
        return collections.payment_reference(self._connection, merchant, order_id, payment_id)

    def find_payment(self, merchant: str, references: Sequence[str]) -> PaymentPlace | None:
        """The payment that the provider knows by one of these references."""
        return payment_events.find_payment(self._connection, merchant, references)

    def dispute(self, merchant: str, dispute_id: str) -> Dispute | None:
        """The dispute as last recorded, locked."""
        return disputes.load_dispute(self._connection, merchant, dispute_id)

    def disputes_of(self, merchant: str, order_id: str, payment_id: str) -> tuple[Dispute, ...]:
        """Every dispute of the payment, oldest first."""
        return disputes.disputes_of(self._connection, merchant, order_id, payment_id)

    def record_dispute(self, merchant: str, dispute: Dispute) -> None:
        """The dispute is on record in its new state and counted against its payment."""
        disputes.record_dispute(self._connection, merchant, dispute)

    def excess_minor(self, merchant: str, order_id: str, payment_id: str) -> int:
        """What banks claim of the payment beyond what it still held."""
        return disputes.excess_minor(self._connection, merchant, order_id, payment_id)

    def payment_event(self, provider: str, event_id: str) -> PaymentEventKept | None:
        """The provider's event and what became of it, locked."""
        return payment_events.load_payment_event(self._connection, provider, event_id)

    def settle_payment_event(self, event: PaymentEvent, *, outcome: EventOutcome, code: str, detail: str) -> None:
        """The event is done with; the first outcome stays."""
        payment_events.settle_payment_event(
            self._connection, event.provider, event.event_id, outcome=outcome, code=code, detail=detail
        )

    def adjustment(self, ref: CaseRef) -> Adjustment:
        """The adjustment as stored, locked. Raises UnknownCase."""
        case = self.case(ref)
        assert isinstance(case, Adjustment), "the kind is part of the address"
        return case

    def adjustments_of(self, merchant: str, order_id: str) -> tuple[Adjustment, ...]:
        """Every adjustment of the order, oldest first."""
        return adjustments.adjustments_of(self._connection, merchant, order_id)

    def record_receivable(self, case: Adjustment, *, actor: Actor) -> None:
        """The ledger says what the customer owes, or what became of it; what came back takes a credit note back."""
        self._head(case.ref)
        self.lock_order(case.ref.merchant, case.order_id)
        adjustments.record_receivable(self._connection, case, actor)
        if case.settlement is not None and case.settlement.resolution is Resolution.RECEIVED:
            note = credit_notes.write_receivable_note(self._connection, case)
            if note is not None:
                self._tell_note(case.ref, note)

    def record_overpaid(self, issue: PaymentIssue, *, actor: Actor) -> None:
        """The ledger says what the customer owes by that payment issue, or what became of it."""
        adjustments.record_overpaid(self._connection, issue, actor)

    def payment_issue(self, ref: CaseRef) -> PaymentIssue:
        """The issue as stored, locked. Raises UnknownCase."""
        case = self.case(ref)
        assert isinstance(case, PaymentIssue), "the kind is part of the address"
        return case

    def open_issue(self, merchant: str, key: str, make: Callable[[CaseRef], PaymentIssue]) -> tuple[CaseRef, bool]:
        """The issue of that key; True when it is new."""
        return new_cases.open_case(self._connection, merchant, key=key, make=make, kind=CaseKind.PAYMENT_ISSUE)

    def find_issue(self, merchant: str, key: str) -> CaseRef | None:
        """The issue of that key, if there is one."""
        return new_cases.find_case(self._connection, merchant, key=key, kind=CaseKind.PAYMENT_ISSUE)

    def _head(self, ref: CaseRef) -> CaseHead:
        """The case is locked first of all, in every transaction, so that no two of them wait for each other."""
        if ref not in self._heads:
            self.case(ref)
        return self._heads[ref]
