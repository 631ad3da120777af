"""One transaction as the steps see it: the `Transaction` port on one connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from domain.addresses import Address
from domain.authority import Delegation
from domain.case_documents import CaseDocument
from domain.cases import CaseKind, CaseRef, EventOutcome, InboxEvent, Progress, TimelineEntry
from domain.catalogue import Availability, CatalogueEntry
from domain.claims.case import Claim
from domain.claims.warranties import Warranty
from domain.goods_back.case import CaseWithGoods
from domain.goods_back.facts import UnitCount
from domain.instruments import Instrument
from domain.orders import Order, OrderLine
from domain.policies import PAYING, AbuseRules, Action, KeptBefore, PolicyVersion, SpentBefore, SplitScope
from domain.promises.models import Promise
from domain.replacement_shipments.case import ReplacementShipment
from domain.returns.case import ReturnCase
from domain.risk.models import RiskHistory
from records import (
    approvals,
    cases,
    catalogue_reads,
    claim_cases,
    delegations,
    dispositions,
    inbox,
    kept_goods,
    new_cases,
    order_versions,
    orders,
    outbox,
    policies,
    products,
    risk,
    shipments,
)
from records.instruments import load_instruments
from records.ledger_transactions import SqlLedger
from records.promises import keep_promises, load_promises
from records.units import move_units, release_units, reserve_units, units_in_cases


class SqlTransaction(SqlLedger):
    """Implements `domain.ports.Transaction`; see there for what each method promises."""

    def order(self, merchant: str, order_id: str) -> Order:
        """The order as last told, locked. Raises UnknownOrder."""
        return orders.load_order(self._connection, merchant, order_id)

    def instruments(self, merchant: str, customer_id: str) -> tuple[Instrument, ...]:
        """What the customer can pay with, as the shop last told."""
        return load_instruments(self._connection, merchant, customer_id).instruments

    def add_order_lines(self, merchant: str, order_id: str, lines: Sequence[OrderLine]) -> bool:
        """Lines that an exchange added are part of a new version of the order; False when they were before."""
        return orders.add_lines(self._connection, merchant, order_id, lines)

    def order_version(self, merchant: str, order_id: str) -> int:
        """The version of the order as last told. Raises UnknownOrder."""
        return order_versions.order_version(self._connection, merchant, order_id)

    def product(self, merchant: str, product_id: str) -> CatalogueEntry:
        """The product as last told or asked. Raises UnknownProduct."""
        return catalogue_reads.load_product(self._connection, merchant, product_id)

    def product_of_sku(self, merchant: str, sku: str) -> CatalogueEntry:
        """The product that has a variant of that SKU. Raises UnknownProduct."""
        return catalogue_reads.load_product_of_sku(self._connection, merchant, sku)

    def keep_availability(self, merchant: str, news: Sequence[Availability]) -> None:
        """What is newer than the stock on record replaces it; variants that are not in the catalogue are left out."""
        products.keep_availability(self._connection, merchant, news)

    def policy(self, merchant: str, version: int | None = None) -> PolicyVersion:
        """That version, or the one now in force. Raises UnknownPolicy."""
        return policies.load_policy(self._connection, merchant, version)

    def return_case(self, ref: CaseRef) -> ReturnCase:
        """The return as stored, locked. Raises UnknownCase."""
        case = self.case(ref)
        assert isinstance(case, ReturnCase), "the kind is part of the address"
        return case

    def return_of(self, merchant: str, rma: str) -> ReturnCase:
        """The return or exchange of that number as stored, locked. Raises UnknownCase."""
        return self.return_case(cases.find_return(self._connection, merchant, rma))

    def recipients_address(self, ref: CaseRef) -> Address | None:
        """Where goods of that case go, where the recipient of a gift said so; it is not locked."""
        return cases.recipients_address(self._connection, ref)

    def replacement_shipment(self, ref: CaseRef) -> ReplacementShipment:
        """The shipment as stored, locked. Raises UnknownCase."""
        case = self.case(ref)
        assert isinstance(case, ReplacementShipment), "the kind is part of the address"
        return case

    def claim(self, ref: CaseRef) -> Claim:
        """The claim as stored, locked. Raises UnknownCase."""
        case = self.case(ref)
        assert isinstance(case, Claim), "the kind is part of the address"
        return case

    def open_claim(self, merchant: str, key: str, make: Callable[[CaseRef], Claim]) -> tuple[CaseRef, bool]:
        """The claim of that key; True when it is new."""
        return new_cases.open_case(self._connection, merchant, key=key, make=make, kind=CaseKind.CLAIM)

    def warranties_of(self, merchant: str, order_id: str) -> tuple[Warranty, ...]:
        """Every registration of goods of the order."""
        return claim_cases.warranties_of(self._connection, merchant, order_id)

    def earlier_claims(self, merchant: str, order_id: str, *, apart_from: CaseRef) -> dict[str, int]:
        """How many claims of the order each line had that were not denied."""
        return claim_cases.earlier_claims(self._connection, merchant, order_id, apart_from=apart_from)

    def open_replacement_shipment(
        self, merchant: str, key: str, make: Callable[[CaseRef], ReplacementShipment]
    ) -> tuple[CaseRef, bool]:
        """The shipment of that key; True when it is new."""
        kind = CaseKind.REPLACEMENT_SHIPMENT
        return new_cases.open_case(self._connection, merchant, key=key, make=make, kind=kind)

    def replacement_shipments_of(self, for_case: CaseRef, order_id: str) -> tuple[ReplacementShipment, ...]:
        """Every shipment that the case of this order promised, the first promise first; not locked."""
        return shipments.shipments_of(self._connection, for_case, order_id)

    def is_open(self, ref: CaseRef) -> bool:
        """Whether the case of whatever kind is on record and not closed; not locked."""
        return shipments.is_open(self._connection, ref)

    def case_version(self, ref: CaseRef) -> int:
        """How often the case has been saved. Raises UnknownCase."""
        return self._head(ref).version

    def save_case(self, case: CaseDocument, progress: Progress, entries: Sequence[TimelineEntry]) -> int:
        """The case, where it stands and its timeline are on record; the answer is its new version."""
        head = cases.save_case(self._connection, case, progress, entries, self._head(case.ref))
        self._heads[case.ref] = head
        return head.version

    def promises(self, ref: CaseRef) -> tuple[Promise, ...]:
        """Every promise of the case, the first one first."""
        return load_promises(self._connection, ref)

    def keep_promises(self, ref: CaseRef, order_id: str, promises: Sequence[Promise]) -> None:
        """These promises are on record as they are here."""
        keep_promises(self._connection, ref, order_id, promises)

    def units_in_cases(self, merchant: str, order_id: str, *, apart_from: CaseRef | None = None) -> dict[str, int]:
        """Units by line id that open cases hold or closed cases took back."""
        return units_in_cases(self._connection, merchant, order_id, apart_from=apart_from)

    def reserve_units(self, ref: CaseRef, order: Order, units: Sequence[UnitCount]) -> bool:
        """All of them are reserved for the case, or none and False."""
        return reserve_units(self._connection, ref, order, units)

    def move_units(self, ref: CaseRef, to: CaseRef, order_id: str, units: Sequence[UnitCount]) -> None:
        """Units that the one case held are held by the other. Raises ValueError for more than it held."""
        move_units(self._connection, ref, to, order_id, units)

    def open_return(self, merchant: str, key: str, make: Callable[[CaseRef], ReturnCase]) -> tuple[CaseRef, bool]:
        """The return of that key; True when it is new."""
        return new_cases.open_case(self._connection, merchant, key=key, make=make, kind=CaseKind.RETURN)

    def release_units(self, ref: CaseRef, kept: Sequence[UnitCount]) -> None:
        """Only the `kept` units stay taken by the case."""
        release_units(self._connection, ref, kept)

    def kept_before(self, case: CaseDocument, order: Order, *, since: datetime) -> KeptBefore:
        """What the order's customer was let keep by other cases since then."""
        return kept_goods.kept_before(self._connection, case, order, since=since)

    def record_kept(self, case: CaseWithGoods, order: Order, *, value_minor: int, at: datetime) -> None:
        """What the customer keeps of this case counts against their budget."""
        kept_goods.record_kept(self._connection, case, order, value_minor=value_minor, at=at)

    def spent_before(
        self,
        ref: CaseRef,
        scope: SplitScope,
        value: str,
        *,
        currency: str,
        since: datetime,
        actions: Sequence[Action] = PAYING,
    ) -> SpentBefore:
        """What other cases with that order, customer or person were granted without approval since then."""
        query = approvals.SpentQuery(scope=scope, value=value, currency=currency, since=since, actions=tuple(actions))
        return approvals.spent_before(self._connection, ref, query)

    def risk_history(
        self, ref: CaseRef, order: Order, rules: AbuseRules, *, at: datetime, alone: bool = False
    ) -> RiskHistory:
        """What is on record about the account of the order, that case left out; `alone` as `domain.ports` says."""
        if alone:
            risk.lock_account(self._connection, ref.merchant, order)
        return risk.load_history(self._connection, ref.merchant, order, rules, at=at, apart_from=ref)

    def delegations_to(self, merchant: str, person: str, *, at: datetime) -> tuple[Delegation, ...]:
        """The authority that others lent to the person."""
        return delegations.delegations_to(self._connection, merchant, person, at=at)

    def approval_owner(self, ref: CaseRef, subject: str) -> str:
        """The person who has taken that approval on."""
        return approvals.find_owner(self._connection, ref, subject)

    def keep_event(self, event: InboxEvent, *, by_letter: bool = False) -> None:
        """The event is in the inbox, once."""
        inbox.keep_event(self._connection, event, body_hash="", delivered_by_keeper=by_letter)

    def event(self, event_id: str) -> InboxEvent | None:
        """The inbox event of that id, if it ever arrived."""
        return inbox.load_event(self._connection, event_id)

    def event_outcome(self, event_id: str) -> tuple[EventOutcome, str, str] | None:
        """What became of the event, or None while it is not applied."""
        return inbox.load_outcome(self._connection, event_id)

    def settle_event(self, event_id: str, outcome: EventOutcome, code: str, detail: str) -> None:
        """The event is done with; the first outcome stays."""
        inbox.settle_event(self._connection, event_id, outcome, code, detail)

    def record_dispositions(self, case: CaseWithGoods, order: Order, *, at: datetime) -> None:
        """What became of the case's goods counts in the totals by disposition, once."""
        dispositions.record_dispositions(self._connection, case, order, at=at)

    def announce(self, ref: CaseRef, topic: str, facts: dict[str, Any]) -> None:
        """The outbox holds a message for the merchant's systems."""
        outbox.announce(self._connection, ref, topic, facts)
