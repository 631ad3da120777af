"""A run in Temporal is told in short: one passage for each thing that happened, with its end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.exceptions import ApplicationError

from adapters.encryption import encrypting_converter
from adapters.temporal_histories import Passage, tell_in_short
from tests.workflows.fixtures import TEST_KEYS

HISTORIES = Path(__file__).parents[1] / "replay" / "histories" / "returns-1"
CONVERTER = encrypting_converter(TEST_KEYS)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def told(name: str) -> list[Passage]:
    """The recorded run of that name."""
    text = (HISTORIES / f"{name}.json").read_text()
    return await tell_in_short(WorkflowHistory.from_json(name, text), CONVERTER)


def an_event(number: int, **attributes: object) -> HistoryEvent:
    """An event of the server."""
    event = HistoryEvent(event_id=number, **attributes)  # type: ignore[arg-type]
    event.event_time.FromDatetime(NOON + timedelta(seconds=number))
    return event


async def test_an_approved_return() -> None:
    """Steps have their summary, their result and their tries; what only drives the engine is left out."""
    passages = await told("approved")

    (first, *_, last) = passages
    assert (first.kind, first.name, last.name or last.kind) == (
        "workflow",
        "ReturnWorkflow",
        "workflow_execution_completed",
    )
    (payment,) = [each for each in passages if each.name == "payments.refund"]
    assert (payment.summary, payment.ended, payment.attempts) == ("Pay out 1", "completed", 1)
    assert payment.result["progress"]["state"] in ("settled", "refunding")
    assert {each.kind for each in passages} == {
        "workflow",
        "update",
        "signal",
        "activity",
        "timer",
        "workflow_execution_completed",
    }


async def test_tries() -> None:
    """A step that was tried again says how often."""
    passages = await told("two_boxes_late_label_lost_answer")

    assert {each.name for each in passages if each.attempts > 1} == {"carriers.book_return_label", "payments.refund"}


async def test_deadlines() -> None:
    """A timer has its due time and says whether it fired; one of an open case is still to end."""
    expired, open_still = await told("expired"), await told("waiting_for_inspection")

    fired = [each for each in expired if each.kind == "timer" and each.ended == "fired"]
    assert fired
    assert all(each.due_at and each.due_at > each.at for each in fired)
    assert [each.summary for each in open_still if each.kind == "timer" and not each.ended] == ["deadline: inspection"]


async def test_failure() -> None:
    """A step that failed for good says why, decrypted; words of the server that we do not know are told as they are."""
    failed = an_event(2, activity_task_failed_event_attributes={"scheduled_event_id": 1, "started_event_id": 1})
    error = ApplicationError("the card is closed", type="Rejected")
    await CONVERTER.encode_failure(error, failed.activity_task_failed_event_attributes.failure)
    scheduled = an_event(1, activity_task_scheduled_event_attributes={"activity_type": {"name": "payments.refund"}})
    terminated = an_event(3, workflow_execution_terminated_event_attributes={"reason": "by hand"})

    refund, end = await tell_in_short(WorkflowHistory("x", [scheduled, failed, terminated]), CONVERTER)

    assert (refund.ended, refund.failure) == ("failed", "Rejected: the card is closed")
    assert (end.kind, end.ended) == ("workflow_execution_terminated", "terminated")
