"""News that comes in and announcements that go out, as a step sees them."""

from __future__ import annotations

from typing import Any, Protocol

from domain.cases import CaseRef, EventOutcome, InboxEvent


class Messages(Protocol):
    """The inbox and the outbox, within the transaction of a step."""

    def keep_event(self, event: InboxEvent, *, by_letter: bool = False) -> None:
        """The event is in the inbox, once; its case is told of it after the transaction is kept.

        Told by dispatch, or `by_letter`: the story that takes this step does it, and dispatch only if it did not.
        """
        ...

    def event(self, event_id: str) -> InboxEvent | None:
        """The inbox event of that id, if it ever arrived."""
        ...

    def event_outcome(self, event_id: str) -> tuple[EventOutcome, str, str] | None:
        """What became of the event (outcome, code, detail), or None while it is not applied."""
        ...

    def settle_event(self, event_id: str, outcome: EventOutcome, code: str, detail: str) -> None:
        """The event is done with; it will not be delivered again."""
        ...

    def announce(self, ref: CaseRef, topic: str, facts: dict[str, Any]) -> None:
        """The outbox holds a message for the merchant's systems; it leaves after the transaction is kept."""
        ...
