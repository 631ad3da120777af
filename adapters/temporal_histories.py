"""What Temporal has of a case, decrypted and in short: one passage for each thing that happened in its run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHistory
from temporalio.converter import DataConverter
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from adapters.encryption import PayloadNotDecrypted
from domain.cases import CaseRef

# How the SDK itself is driven, and what only copies our state for searching.
MECHANICS = (
    "workflow_task_scheduled",
    "workflow_task_started",
    "workflow_task_completed",
    "upsert_workflow_search_attributes",
)
UNREADABLE = "(encrypted with a key that is not here)"


_Payloads = Iterable[Payload]
# How the server's words begin a passage: its kind, its name, and what was passed in.
_BEGINNINGS: dict[str, Callable[[Any], tuple[str, str, _Payloads]]] = {
    "workflow_execution_started": lambda told: ("workflow", told.workflow_type.name, told.input.payloads),
    "workflow_execution_signaled": lambda told: ("signal", told.signal_name, told.input.payloads),
    "workflow_execution_update_accepted": lambda told: (
        "update",
        told.accepted_request.input.name,
        told.accepted_request.input.args.payloads,
    ),
    "activity_task_scheduled": lambda told: ("activity", told.activity_type.name, told.input.payloads),
    "timer_started": lambda told: ("timer", told.timer_id, ()),
}
# How they end one: the event that began it, what came out, and why it failed if it did.
_ENDINGS: dict[str, Callable[[Any], tuple[int, _Payloads, Failure]]] = {
    "workflow_execution_update_completed": lambda told: (
        told.accepted_event_id,
        told.outcome.success.payloads,
        told.outcome.failure,
    ),
    "activity_task_completed": lambda told: (told.scheduled_event_id, told.result.payloads, Failure()),
    "activity_task_failed": lambda told: (told.scheduled_event_id, (), told.failure),
    "activity_task_timed_out": lambda told: (told.scheduled_event_id, (), told.failure),
    "activity_task_canceled": lambda told: (told.scheduled_event_id, (), Failure()),
    "timer_fired": lambda told: (told.started_event_id, (), Failure()),
    "timer_canceled": lambda told: (told.started_event_id, (), Failure()),
}


class NoHistory(LookupError):
    """Temporal has no run of that workflow: it never started, or it closed longer ago than the namespace keeps."""


@dataclass
class Passage:
    """One thing that happened in a run, and how it ended if it has.

    `kind` is workflow, activity, timer, signal, update, or the server's own word for anything else. `told` is what was
    passed in and `result` what came out, as JSON has them; `ended` is completed, failed, timed_out, canceled or fired.
    """

    event_id: int
    at: datetime
    kind: str
    name: str
    summary: str = ""
    told: list[Any] = field(default_factory=list)
    due_at: datetime | None = None
    attempts: int = 0
    ended: str = ""
    ended_at: datetime | None = None
    result: Any = None
    failure: str = ""


async def fetch_history(client: Client, ref: CaseRef) -> WorkflowHistory:
    """The history of the newest run of the case. Raises NoHistory, RPCError."""
    try:
        return await client.get_workflow_handle(ref.workflow_id).fetch_history()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            raise NoHistory(f"Temporal has no run of {ref.workflow_id}") from None
        raise


async def tell_in_short(history: WorkflowHistory, converter: DataConverter) -> list[Passage]:
    """The passages of a history, in the order in which they began."""
    teller = _Teller(converter)
    for event in history.events:
        await teller.take(event)
    return list(teller.passages.values())


class _Teller:
    """Goes through a history once; what ends a passage is written where it began."""

    def __init__(self, converter: DataConverter) -> None:
        self._converter = converter
        self.passages: dict[int, Passage] = {}

    async def take(self, event: HistoryEvent) -> None:
        """The event is told."""
        word, attributes = word_of(event), getattr(event, event.WhichOneof("attributes") or "")
        if word in _BEGINNINGS:
            kind, name, told = _BEGINNINGS[word](attributes)
            passage = await self._begin(event, kind, name, told)
            if word == "timer_started":
                passage.due_at = passage.at + attributes.start_to_fire_timeout.ToTimedelta()
        elif word in _ENDINGS:
            began, result, failure = _ENDINGS[word](attributes)
            await self._end(event, self.passages[began], result, failure)
        elif word == "activity_task_started":
            self.passages[attributes.scheduled_event_id].attempts = attributes.attempt
        elif word not in MECHANICS:
            await self._end(
                event, await self._begin(event, word, "", ()), (), getattr(attributes, "failure", Failure())
            )

    async def _begin(self, event: HistoryEvent, kind: str, name: str, told: Iterable[Payload]) -> Passage:
        summary = [event.user_metadata.summary] if event.user_metadata.HasField("summary") else []
        passage = Passage(
            event_id=event.event_id,
            at=_time(event.event_time),
            kind=kind,
            name=name,
            summary="".join(map(str, await self._read(summary))),
            told=await self._read(told),
        )
        self.passages[event.event_id] = passage
        return passage

    async def _end(self, event: HistoryEvent, passage: Passage, result: Iterable[Payload], failure: Failure) -> None:
        passage.ended, passage.ended_at = _ended(word_of(event)), _time(event.event_time)
        passage.result = next(iter(await self._read(result)), None)
        if failure.ByteSize():
            passage.ended = passage.ended if passage.ended == "timed_out" else "failed"
            passage.failure = await self._explain(failure)

    async def _read(self, payloads: Iterable[Payload]) -> list[Any]:
        try:
            return await self._converter.decode(list(payloads))
        except PayloadNotDecrypted:
            return [UNREADABLE]

    async def _explain(self, failure: Failure) -> str:
        try:
            error = await self._converter.decode_failure(failure)
        except PayloadNotDecrypted:
            return UNREADABLE
        # An ApplicationError begins with its type already.
        return str(error) if isinstance(error, ApplicationError) else f"{type(error).__name__}: {error}"


def word_of(event: HistoryEvent) -> str:
    """The server's word for an event, such as timer_fired."""
    return (event.WhichOneof("attributes") or "").removesuffix("_event_attributes")


def _ended(word: str) -> str:
    return "timed_out" if word.endswith("timed_out") else word.rpartition("_")[2]


def _time(at: Timestamp) -> datetime:
    return at.ToDatetime(tzinfo=UTC)
