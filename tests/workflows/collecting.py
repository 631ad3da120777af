"""A small story that takes money from a customer, as an exchange would: asked for, held, and settled at a deadline."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    from pydantic import AwareDatetime

    from activities.case_collections import (
        ask_customer,
        settle_case_holds,
        take_collected,
        take_collections,
        withdraw_from_customer,
    )
    from activities.steps import DeadlineStep, EventStep, Step
    from activities.writing import keep_change, loaded
    from domain.cases import EventAnswer, EventOutcome, StepResult
    from domain.collection_plans import CollectionWish
    from domain.collections import CollectionKind
    from domain.money import Money
    from domain.ports import Records
    from workflows.case_file import CaseFile, finish
    from workflows.collections import Collections


class AskStep(Step):
    """Ask the customer for an amount; without an instrument the customer has a day to confirm."""

    kind: CollectionKind
    amount_minor: int
    instrument: str = ""
    needed_until: AwareDatetime | None = None


class SettleStep(Step):
    """The customer owes so much after all."""

    owed_minor: int


class Plan(Step):
    """The whole story: what is asked, after how long it is settled, and with how much."""

    kind: CollectionKind
    amount_minor: int = 5000
    instrument: str = ""
    settled_after: timedelta | None = None
    owed_minor: int = 0


@dataclass(frozen=True)
class CollectingSteps:
    """What an exchange's own steps do about money, on a plain return."""

    records: Records

    @activity.defn(name="collecting.ask")
    def ask(self, step: AskStep) -> StepResult:
        """The customer is to be asked."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            if case.collections:
                return take_collected(tx, case, at=step.at)
            wish = CollectionWish(
                kind=step.kind,
                amount=Money(minor=step.amount_minor, currency=case.currency),
                instrument=step.instrument,
                customer="cus_1",
                confirm_by=None if step.instrument else step.at + timedelta(days=1),
                needed_until=step.needed_until,
            )
            return keep_change(tx, case, ask_customer(tx, case, wish, at=step.at), policy)

    @activity.defn(name="collecting.settle")
    def settle(self, step: SettleStep) -> StepResult:
        """The holds are settled."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            return keep_change(tx, case, settle_case_holds(tx, case, step.owed_minor, at=step.at), policy)

    @activity.defn(name="collecting.withdraw")
    def withdraw(self, step: Step) -> StepResult:
        """Nothing more is asked."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            return keep_change(tx, case, withdraw_from_customer(tx, case, at=step.at), policy)

    def pass_deadline(self, step: DeadlineStep) -> StepResult:
        """Only the provider is waited for."""
        raise AssertionError(f"nothing waits for {step.waiting_for}")

    @activity.defn(name="collecting.apply_event")
    def apply_event(self, step: EventStep) -> StepResult:
        """The provider told something, and the ledger holds it already."""
        with self.records.transaction() as tx:
            case, policy = loaded(tx, step.ref)
            answer = EventAnswer(event_id=step.event_id, outcome=EventOutcome.APPLIED, code="applied", detail="Taken.")
            tx.settle_event(step.event_id, answer.outcome, answer.code, answer.detail)
            change = take_collections(tx, case, at=step.at)
            return keep_change(tx, case, change.model_copy(update={"answer": answer}), policy)


@workflow.defn(name="CollectingWorkflow")
class CollectingWorkflow:
    """Asks, waits for the customer, and settles its hold on the day."""

    @workflow.init
    def __init__(self, plan: Plan) -> None:
        self._file = CaseFile(plan.ref, CollectingSteps)
        self._collections = Collections(self._file)

    @workflow.run
    async def run(self, plan: Plan) -> str:
        """How it ended."""
        news = asyncio.create_task(self._file.apply_news())
        money = asyncio.create_task(self._collections.attend())
        deadline = None if plan.settled_after is None else workflow.now() + plan.settled_after
        ask = AskStep(
            ref=plan.ref,
            at=workflow.now(),
            kind=plan.kind,
            amount_minor=plan.amount_minor,
            instrument=plan.instrument,
            needed_until=deadline,
        )
        await self._file.take(CollectingSteps.ask, "Ask", step=ask)
        await self._collections.until_answered()
        if plan.settled_after is not None:
            await workflow.sleep(plan.settled_after)
            settle = SettleStep(ref=plan.ref, at=workflow.now(), owed_minor=plan.owed_minor)
            await self._file.take(CollectingSteps.settle, "Settle", step=settle)
        await self._collections.until_done()
        await self._file.all_news_applied()
        await finish(money)
        await finish(news)
        return "done"

    @workflow.signal
    async def withdraw(self) -> None:
        """The customer changed their mind."""
        await self._file.take(CollectingSteps.withdraw, "Withdraw")

    @workflow.signal
    def collection_changed(self, event_id: Any) -> None:
        """News from the provider."""
        self._file.take_news(event_id, "collection_changed")

    @workflow.update(name="apply_event")
    async def apply_event(self, event_id: str, kind: str = "") -> EventAnswer:
        """What the sender of the event is told once it is applied."""
        return await self._file.answer_to(event_id, kind)
