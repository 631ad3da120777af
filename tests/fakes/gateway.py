"""Stands where Temporal is: runs the real steps of a case at once, and can be told to be down or slow."""

from __future__ import annotations

from activities.adjustments import AdjustmentSteps
from activities.cases import ReturnSteps
from activities.claims import ClaimSteps
from activities.payment_issues import PaymentIssueSteps
from activities.replacement_shipments import ReplacementShipmentSteps
from activities.steps import EventStep, Step
from activities.writing import keep_change, loaded
from domain.cases import CaseKind, CaseRef, EventAnswer, InboxEvent, WaitingFor
from domain.ports import Clock
from domain.returns.changes import Change
from records.database import SqlRecords
from tests.builders import CONDITIONS, MERCHANT
from workflows.gateway import CaseNotOpen, OutcomePending, TemporalUnavailable


class FakeGateway:
    """No label is booked and no money is paid: that is for other tests. `calls` tells what was asked of it."""

    def __init__(self, records: SqlRecords, clock: Clock) -> None:
        self._steps: dict[
            CaseKind, ReturnSteps | AdjustmentSteps | PaymentIssueSteps | ReplacementShipmentSteps | ClaimSteps
        ] = {
            CaseKind.RETURN: ReturnSteps(records, CONDITIONS),
            CaseKind.EXCHANGE: ReturnSteps(records, CONDITIONS),
            CaseKind.ADJUSTMENT: AdjustmentSteps(records),
            CaseKind.CLAIM: ClaimSteps(records, CONDITIONS),
            CaseKind.EXCHANGE: ReturnSteps(records, CONDITIONS),
            CaseKind.PAYMENT_ISSUE: PaymentIssueSteps(records),
            CaseKind.REPLACEMENT_SHIPMENT: ReplacementShipmentSteps(records),
        }
        self._records, self._clock = records, clock
        self._running: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        self.is_down = False
        self.has_no_worker = False

    async def open(self, ref: CaseRef) -> None:
        """The verdict is on record; a refused return is closed at once."""
        self._answer_or_fail("open", ref.rma)
        self._running.add(ref.workflow_id)
        result = self._steps[ref.kind].open(self._step(ref))
        if result.progress.waiting_for is WaitingFor.CLOSING:
            self._close(ref)

    async def deliver(self, ref: CaseRef, event: InboxEvent) -> bool:
        """The event is applied, as far as a running case takes it."""
        if self.is_down:
            raise TemporalUnavailable("nobody listens")
        self.calls.append(("deliver", event.event_id))
        if ref.workflow_id not in self._running:
            return False
        if not self.has_no_worker:
            self._apply(ref, event)
        return True

    async def ask(self, ref: CaseRef, event: InboxEvent) -> EventAnswer:
        """What the step answered."""
        self._answer_or_fail("ask", event.event_id)
        if ref.workflow_id not in self._running:
            raise CaseNotOpen(ref.rma)
        return self._apply(ref, event)

    async def is_reachable(self) -> bool:
        """Whether it is up."""
        return not self.is_down

    def put_away(self, rma: str) -> None:
        """The warehouse has done with the goods of the return what was decided, and the return closes."""
        ref = CaseRef(merchant=MERCHANT, rma=rma)
        with self._records.transaction() as tx:
            case, policy = loaded(tx, ref)
            keep_change(tx, case, Change(case=case.with_goods(put_away_at=self._clock.now())), policy)
        self._close(ref)

    def _apply(self, ref: CaseRef, event: InboxEvent) -> EventAnswer:
        step = EventStep(ref=ref, at=self._clock.now(), event_id=event.event_id)
        result = self._steps[ref.kind].apply_event(step)
        if result.progress.waiting_for is WaitingFor.CLOSING:
            self._close(ref)
        assert result.answer is not None, "every event is answered"
        return result.answer

    def _close(self, ref: CaseRef) -> None:
        self._steps[ref.kind].close(self._step(ref))
        self._running.discard(ref.workflow_id)

    def _step(self, ref: CaseRef) -> Step:
        return Step(ref=ref, at=self._clock.now())

    def _answer_or_fail(self, call: str, about: str) -> None:
        if self.is_down:
            raise TemporalUnavailable("nobody listens")
        self.calls.append((call, about))
        if self.has_no_worker:
            raise OutcomePending("no worker answered in time")
