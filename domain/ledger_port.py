"""The ledger as steps see it, inside one database transaction: payouts, collections, disputes, and what providers told us."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from domain.adjustments.case import Adjustment
from domain.cases import Actor, CaseRef, EventOutcome
from domain.collections import Collection
from domain.disputes import Dispute
from domain.orders import Payment
from domain.payment_events import PaymentEvent
from domain.payment_issues.case import PaymentIssue
from domain.payouts import Payout
from domain.reimbursements import PaidBefore


class PaymentPlace(BaseModel):
    """Where a payment stands on record."""

    model_config = ConfigDict(frozen=True)

    order_id: str
    payment_id: str
    currency: str


class PaymentEventKept(BaseModel):
    """What a payment provider told us, and what became of it; without an outcome it is not applied yet."""

    model_config = ConfigDict(frozen=True)

    event: PaymentEvent
    received_at: AwareDatetime
    attempts: int
    outcome: EventOutcome | None
    code: str
    detail: str


class Ledger(Protocol):
    """Money in one transaction, locked in this order: order, payouts, collections, balances."""

    def lock_order(self, merchant: str, order_id: str) -> None:
        """Nobody else decides about the order until the transaction ends."""
        ...

    def paid_before(
        self, merchant: str, order_id: str, *, apart_from: CaseRef, beside: Sequence[CaseRef] = ()
    ) -> PaidBefore:
        """What cases of the order, apart from these, have paid or will surely pay."""
        ...

    def refundable(self, merchant: str, order_id: str) -> dict[str, int]:
        """By payment id, minor units: captured - disputed - refunded - pending."""
        ...

    def plan_payouts(
        self, ref: CaseRef, payouts: Sequence[Payout], actor: Actor, *, facts: Mapping[str, Any] | None = None
    ) -> bool:
        """Each payout is a ledger intent and counts as pending on its payment; False when one would pass the cap.

        One whose payment is under dispute is frozen at once. `facts` say how one that is reported was paid outside.
        """
        ...

    def payout(self, ref: CaseRef, number: int) -> Payout:
        """The payout as the ledger knows it, locked until the transaction ends."""
        ...

    def payouts(self, ref: CaseRef) -> tuple[Payout, ...]:
        """Every payout of the case as the ledger knows it, by number."""
        ...

    def locate_payout(self, merchant: str, key: str) -> tuple[CaseRef, Payout] | None:
        """The payout of that key with its case; not locked."""
        ...

    def stoppable_payouts(self, merchant: str, order_id: str, payment_id: str) -> list[tuple[CaseRef, Payout]]:
        """Payouts of the payment of which nothing was sent, oldest first, locked."""
        ...

    def lock_stoppable(self, merchant: str, order_id: str, payment_id: str) -> None:
        """The cases of those payouts are locked, before their order as everywhere."""
        ...

    def record_payout(
        self,
        ref: CaseRef,
        payout: Payout,
        actor: Actor,
        *,
        about: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> bool:
        """The ledger has an entry for the payout's new state and the balances follow; False when it already had.

        When nothing of its reimbursement is under way any more, a credit note says what has settled or come back.
        `about` names the dispute that is behind it, if one is; `facts` go with the entry.
        """
        ...

    def plan_collections(self, ref: CaseRef, collections: Sequence[Collection], actor: Actor) -> None:
        """Each collection is a ledger intent before the customer is asked. Raises LedgerContradiction."""
        ...

    def collection(self, ref: CaseRef, number: int) -> Collection:
        """The collection as the ledger knows it, locked until the transaction ends."""
        ...

    def collections(self, ref: CaseRef) -> tuple[Collection, ...]:
        """Every collection of the case as the ledger knows it, by number."""
        ...

    def locate_collection(self, merchant: str, key: str) -> tuple[CaseRef, Collection] | None:
        """The collection of that key with its case; not locked."""
        ...

    def decide_collection(self, ref: CaseRef, collection: Collection, actor: Actor) -> bool:
        """How much of it is to be captured is a ledger intent; False when it was decided before, or is over."""
        ...

    def record_collection(self, ref: CaseRef, collection: Collection, actor: Actor, *, client_secret: str = "") -> bool:
        """The ledger has an entry for the collection's new state; False when it already had.

        Captured money is a payment of the order from now on. Raises LedgerContradiction.
        """
        ...

    def collected_payments(self, merchant: str, order_id: str) -> tuple[Payment, ...]:
        """What cases of the order collected, as payments to which it can be refunded."""
        ...

    def payment_reference(self, merchant: str, order_id: str, payment_id: str) -> str:
        """How the provider knows the payment, whether it came with the order or was collected. Raises NotOnRecord."""
        ...

    def find_payment(self, merchant: str, references: Sequence[str]) -> PaymentPlace | None:
        """The payment that the provider knows by one of these references."""
        ...

    def dispute(self, merchant: str, dispute_id: str) -> Dispute | None:
        """The dispute as last recorded, locked."""
        ...

    def disputes_of(self, merchant: str, order_id: str, payment_id: str) -> tuple[Dispute, ...]:
        """Every dispute of the payment, oldest first."""
        ...

    def record_dispute(self, merchant: str, dispute: Dispute) -> None:
        """The dispute is on record in its new state, counted against its payment, with a ledger entry."""
        ...

    def excess_minor(self, merchant: str, order_id: str, payment_id: str) -> int:
        """The alarm of a payment: what banks claim beyond what it still held."""
        ...

    def payment_event(self, provider: str, event_id: str) -> PaymentEventKept | None:
        """The provider's event and what became of it, locked; None when it never came."""
        ...

    def settle_payment_event(self, event: PaymentEvent, *, outcome: EventOutcome, code: str, detail: str) -> None:
        """The event is done with; the first outcome stays."""
        ...

    def adjustment(self, ref: CaseRef) -> Adjustment:
        """The adjustment as stored, locked until the transaction ends. Raises UnknownCase."""
        ...

    def adjustments_of(self, merchant: str, order_id: str) -> tuple[Adjustment, ...]:
        """Every adjustment of the order, oldest first."""
        ...

    def record_receivable(self, case: Adjustment, *, actor: Actor) -> None:
        """The ledger says what the customer owes by that correction, or what became of it; each once."""
        ...

    def record_overpaid(self, issue: PaymentIssue, *, actor: Actor) -> None:
        """The ledger says what the customer owes by that payment issue, or what its decision made of it; each once."""
        ...

    def payment_issue(self, ref: CaseRef) -> PaymentIssue:
        """The issue as stored, locked until the transaction ends. Raises UnknownCase."""
        ...

    def open_issue(self, merchant: str, key: str, make: Callable[[CaseRef], PaymentIssue]) -> tuple[CaseRef, bool]:
        """The issue of that key; True when it is new. Its workflow is started by dispatch."""
        ...

    def find_issue(self, merchant: str, key: str) -> CaseRef | None:
        """The issue of that key, if there is one."""
        ...
