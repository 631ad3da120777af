"""Money comes in here: one provider call for one collection, its intent and its outcome on the ledger around it."""

from __future__ import annotations

from dataclasses import dataclass

from temporalio import activity

from activities.case_collections import take_collected
from activities.steps import CollectionStep
from domain.cases import SYSTEM, StepResult
from domain.changes import entry
from domain.collection_answers import order_of, take_answer
from domain.collection_plans import decide, renew_hold
from domain.collection_port import CollectionOrder, Collections, CollectionStatus, ProviderCollection
from domain.collections import FORWARD, Collection, CollectionState
from domain.errors import LedgerContradiction, OutcomeUnknown, Rejected, Unavailable
from domain.ports import Records, Transaction

# The provider knows our key with another amount: somebody made a mistake, and money may have moved.
KEY_MISUSED = "idempotency_error"


@dataclass(frozen=True)
class CollectionSteps:
    """Collections through one payment provider. Each step may be repeated, and changes nothing where it is not due."""

    records: Records
    collections: Collections

    @activity.defn(name="collections.request", no_thread_cancel_exception=True)
    def request(self, step: CollectionStep) -> StepResult:
        """The customer is asked, or the instrument charged or held, exactly once; or it is on record as declined.

        Raises Unavailable, OutcomeUnknown (both retried).
        """
        order, in_doubt = self._mark_sent(step)
        if order is None:
            return self._take_ledger(step)
        try:
            made = self.collections.find(order) if in_doubt else None
            made = made or self.collections.request(order)
        except OutcomeUnknown:
            self._record(step, state=CollectionState.UNKNOWN)
            raise
        except Rejected as refusal:
            state = CollectionState.MISMATCHED if refusal.code == KEY_MISUSED else CollectionState.FAILED
            return self._record(step, state=state, failure=f"{refusal.code}: {refusal}")
        return self._record_answer(step, made)

    @activity.defn(name="collections.capture", no_thread_cancel_exception=True)
    def capture(self, step: CollectionStep) -> StepResult:
        """What was decided of the hold is charged exactly once, or it is on record that it does not stand any more.

        The provider is asked first, always: an earlier try may have charged it, or the hold may have lapsed.
        """
        held = self._load(step)
        if held.state is not CollectionState.AUTHORIZED or not held.decided_minor:
            return self._take_ledger(step)
        order = order_of(step.ref, held)
        answer = self._find(order)
        if answer.status is not CollectionStatus.AUTHORIZED:
            return self._record_answer(step, answer)
        try:
            answer = self.collections.capture(order, order.amount.model_copy(update={"minor": held.decided_minor}))
        except Rejected as refusal:
            answer = self._find(order)
            if answer.status is CollectionStatus.AUTHORIZED:
                return self._record(step, state=CollectionState.FAILED, failure=f"{refusal.code}: {refusal}")
        return self._record_answer(step, answer)

    @activity.defn(name="collections.release", no_thread_cancel_exception=True)
    def release(self, step: CollectionStep) -> StepResult:
        """Nothing can be taken of it any more; or it is on record that the customer was quicker."""
        collection = self._load(step)
        if collection.is_final or collection.is_under_way or collection.decided_minor != 0:
            return self._take_ledger(step)
        order = order_of(step.ref, collection)
        try:
            answer = self.collections.cancel(order)
        except Rejected as refusal:
            answer = self._find(order)
            if answer.status in (CollectionStatus.REQUESTED, CollectionStatus.AUTHORIZED):
                # A payment that the bank is looking at cannot be cancelled; a moment later it is paid or declined.
                raise Unavailable(f"it cannot be let go now: {refusal}") from refusal
        return self._record_answer(step, answer)

    @activity.defn(name="collections.expire")
    def expire(self, step: CollectionStep) -> StepResult:
        """The customer's time to confirm is over: it is to be withdrawn, unless the provider says it was paid."""
        with self.records.transaction() as tx:
            collection = _locked(tx, step)
            overdue = collection.confirm_by is not None and step.at >= collection.confirm_by
            if collection.state is CollectionState.REQUESTED and overdue:
                tx.decide_collection(step.ref, decide(collection, 0), SYSTEM)
            return take_collected(tx, tx.case(step.ref), at=step.at)

    @activity.defn(name="collections.renew")
    def renew(self, step: CollectionStep) -> StepResult:
        """A new hold is asked for before the old one lapses; the old one is let go when the new one stands."""
        with self.records.transaction() as tx:
            _locked(tx, step)
            renewal = renew_hold(step.ref, tx.collections(step.ref), step.number)
            if renewal is not None:
                tx.plan_collections(step.ref, [renewal], SYSTEM)
            return take_collected(tx, tx.case(step.ref), at=step.at)

    def _mark_sent(self, step: CollectionStep) -> tuple[CollectionOrder | None, bool]:
        """What to ask the provider, the collection being marked as sent; nothing when it was answered.

        True when an earlier try may have reached the provider already.
        """
        with self.records.transaction() as tx:
            collection = _locked(tx, step)
            if not collection.is_under_way:
                return None, False
            in_doubt = collection.state is not CollectionState.PLANNED
            tx.record_collection(step.ref, collection.model_copy(update={"state": CollectionState.SENT}), SYSTEM)
            return order_of(step.ref, collection), in_doubt

    def _load(self, step: CollectionStep) -> Collection:
        with self.records.transaction() as tx:
            return _locked(tx, step)

    def _find(self, order: CollectionOrder) -> ProviderCollection:
        found = self.collections.find(order)
        if found is None:
            raise Unavailable(f"the provider does not find {order.reference}")
        return found

    def _record_answer(self, step: CollectionStep, answer: ProviderCollection) -> StepResult:
        with self.records.transaction() as tx:
            told = take_answer(_locked(tx, step), answer, at=step.at)
            return _record(tx, step, told, client_secret=answer.client_secret)

    def _record(self, step: CollectionStep, *, state: CollectionState, failure: str = "") -> StepResult:
        with self.records.transaction() as tx:
            told = _locked(tx, step).model_copy(update={"state": state, "failure": failure})
            return _record(tx, step, told)

    def _take_ledger(self, step: CollectionStep) -> StepResult:
        with self.records.transaction() as tx:
            return take_collected(tx, tx.case(step.ref), at=step.at)


def _locked(tx: Transaction, step: CollectionStep) -> Collection:
    """The collection, locked after its case and its order as everywhere."""
    tx.lock_order(step.ref.merchant, tx.case(step.ref).order_id)
    return tx.collection(step.ref, step.number)


def _record(tx: Transaction, step: CollectionStep, told: Collection, *, client_secret: str = "") -> StepResult:
    """The outcome is on the ledger, unless news that came meanwhile says more; what cannot be is an alarm."""
    try:
        tx.record_collection(step.ref, told, SYSTEM, client_secret=client_secret)
    except LedgerContradiction as contradiction:
        _stop(tx, step, contradiction)
    return take_collected(tx, tx.case(step.ref), at=step.at)


def _stop(tx: Transaction, step: CollectionStep, contradiction: LedgerContradiction) -> None:
    known = tx.collection(step.ref, step.number)
    if CollectionState.MISMATCHED in FORWARD[known.state]:
        failure = f"The ledger cannot hold what the provider answered: {contradiction}."
        stopped = known.model_copy(update={"state": CollectionState.MISMATCHED, "failure": failure})
        tx.record_collection(step.ref, stopped, SYSTEM)
        return
    summary = f"ALARM: the provider answered what the ledger cannot hold: {contradiction}."
    tx.add_to_timeline(step.ref, entry(step.at, "collection.alarm", summary, collection=known.number))
