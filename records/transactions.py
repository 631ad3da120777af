"""One transaction as the steps see it: the `Transaction` port on one connection."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection

from domain.cases import Actor, CaseRef, EventOutcome, InboxEvent, Progress, TimelineEntry
from domain.orders import Order
from domain.policies import PolicyVersion
from domain.reimbursements import PaidBefore
from domain.returns.case import Payout, ReturnCase, UnitCount
from records import cases, inbox, ledger, order_versions, orders, outbox, policies
from records.cases import CaseHead
from records.units import release_units, reserve_units, units_in_cases


class SqlTransaction:
    """Implements `domain.ports.Transaction`; see there for what each method promises."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._heads: dict[CaseRef, CaseHead] = {}

    def order(self, merchant: str, order_id: str) -> Order:
        """The order as last told, locked. Raises UnknownOrder."""
        return orders.load_order(self._connection, merchant, order_id)

    def order_version(self, merchant: str, order_id: str) -> int:
        """The version of the order as last told. Raises UnknownOrder."""
        return order_versions.order_version(self._connection, merchant, order_id)

    def policy(self, merchant: str, version: int | None = None) -> PolicyVersion:
        """That version, or the one now in force. Raises UnknownPolicy."""
        return policies.load_policy(self._connection, merchant, version)

    def return_case(self, ref: CaseRef) -> ReturnCase:
        """The return as stored, locked. Raises UnknownCase."""
        case, self._heads[ref] = cases.load_return(self._connection, ref)
        return case

    def case_version(self, ref: CaseRef) -> int:
        """How often the case has been saved. Raises UnknownCase."""
        return self._head(ref).version

    def save_return(self, case: ReturnCase, progress: Progress, entries: Sequence[TimelineEntry]) -> int:
        """The return, where it stands and its timeline are on record; the answer is its new version."""
        head = cases.save_return(self._connection, case, progress, entries, self._head(case.ref))
        self._heads[case.ref] = head
        return head.version

    def units_in_cases(self, merchant: str, order_id: str, *, apart_from: CaseRef | None = None) -> dict[str, int]:
        """Units by line id that open cases hold or closed cases took back."""
        return units_in_cases(self._connection, merchant, order_id, apart_from=apart_from)

    def reserve_units(self, ref: CaseRef, order: Order, units: Sequence[UnitCount]) -> bool:
        """All of them are reserved for the case, or none and False."""
        return reserve_units(self._connection, ref, order, units)

    def release_units(self, ref: CaseRef, kept: Sequence[UnitCount]) -> None:
        """Only the `kept` units stay taken by the case."""
        release_units(self._connection, ref, kept)

    def paid_before(self, merchant: str, order_id: str, *, apart_from: CaseRef) -> PaidBefore:
        """What other cases of the order have paid or will surely pay."""
        return ledger.paid_before(self._connection, merchant, order_id, apart_from=apart_from)

    def refundable(self, merchant: str, order_id: str) -> dict[str, int]:
        """By payment id, minor units, what may still be promised."""
        return ledger.refundable(self._connection, merchant, order_id)

    def plan_payouts(self, ref: CaseRef, payouts: Sequence[Payout], actor: Actor) -> bool:
        """Each payout is a ledger intent and counts as pending; False when one would pass the cap."""
        return ledger.plan_payouts(self._connection, ref, self._head(ref).order_id, payouts, actor)

    def payout(self, ref: CaseRef, number: int) -> Payout:
        """The payout as the ledger knows it, locked with its case. Raises UnknownCase, NotOnRecord."""
        self._head(ref)
        return ledger.load_payout(self._connection, ref, number)

    def record_payout(self, ref: CaseRef, payout: Payout, actor: Actor) -> bool:
        """The ledger has an entry for the payout's new state; False for old or repeated news."""
        self._head(ref)
        return ledger.record_payout(self._connection, ref, payout, actor)

    def event(self, event_id: str) -> InboxEvent | None:
        """The inbox event of that id, if it ever arrived."""
        return inbox.load_event(self._connection, event_id)

    def event_outcome(self, event_id: str) -> tuple[EventOutcome, str, str] | None:
        """What became of the event, or None while it is not applied."""
        return inbox.load_outcome(self._connection, event_id)

    def settle_event(self, event_id: str, outcome: EventOutcome, code: str, detail: str) -> None:
        """The event is done with; the first outcome stays."""
        inbox.settle_event(self._connection, event_id, outcome, code, detail)

    def announce(self, ref: CaseRef, topic: str, facts: dict[str, Any]) -> None:
        """The outbox holds a message for the merchant's systems."""
        outbox.announce(self._connection, ref, topic, facts)

    def _head(self, ref: CaseRef) -> CaseHead:
        """The case is locked first of all, in every transaction, so that no two of them wait for each other."""
        if ref not in self._heads:
            self.return_case(ref)
        return self._heads[ref]
