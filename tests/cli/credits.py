"""Credit notes, requests and answers as tests of the replay need them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from adapters.storefronts.files.credits import CreditLine, CreditNote
from cli.replay.asked import Asked, AskedReturn
from cli.replay.player import Outcome, Played

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def a_line(order_id: str = "1001", line_id: str = "1", *, units: int = 1, credited: int = 1000) -> CreditLine:
    """Units of an order line that were credited."""
    return CreditLine(
        order_id=order_id, line_id=line_id, quantity=units, credited_minor=credited, reason="changed_mind"
    )


def a_note(*lines: CreditLine, name: str = "C1", at: datetime = NOON) -> CreditNote:
    """A credit note with those lines."""
    return CreditNote(credit_note_id=name, requested_at=at, lines=lines)


def asked_for(*notes: CreditNote) -> Asked:
    """The requests behind the notes."""
    asked = Asked()
    for note in notes:
        asked.add(note)
    return asked


def one_return(*lines: CreditLine) -> AskedReturn:
    """The one request behind a note of one order."""
    return asked_for(a_note(*(lines or (a_line(),)))).returns[0]


def a_view(**changes: Any) -> dict[str, Any]:
    """A return as the API shows it when it is closed and 10.00 went out for line 1."""
    goods = {"kind": "goods", "line_id": "1", "amount_minor": 1000}
    closed = {
        "rma": "2222-2222",
        "state": "closed",
        "open": False,
        "waiting_for": "nothing",
        "next_step": "Nothing.",
        "reasons": [],
        "refund": {"proposed_minor": 1000, "refunded_minor": 1000, "amounts": [goods]},
    }
    return closed | changes


def played(*lines: CreditLine, outcome: Outcome = Outcome.AUTHORIZED, **changes: Any) -> Played:
    """A request that was played, with the return as it then was."""
    return Played(one_return(*lines), outcome, a_view(**changes))
