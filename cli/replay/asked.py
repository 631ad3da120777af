"""Credit notes as the return requests that they once were: one for each order that a note takes goods back of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from adapters.storefronts.files.credits import CreditLine, CreditNote


@dataclass(frozen=True)
class AskedReturn:
    """What one credit note takes back of one order; `units` and `credited` (minor units) by line id."""

    credit_note_id: str
    order_id: str
    requested_at: datetime
    reasons: dict[str, str]
    units: dict[str, int]
    credited: dict[str, int]

    @property
    def key(self) -> str:
        """The same on every run, so that a replay that was broken off goes on where it was."""
        return f"replay:{quote(self.credit_note_id, safe='')}:{quote(self.order_id, safe='')}"

    @property
    def credited_minor(self) -> int:
        """What the shop really paid back."""
        return sum(self.credited.values())


@dataclass
class Asked:
    """All requests of a replay, and what cannot be one."""

    notes: int = 0
    returns: list[AskedReturn] = field(default_factory=list)
    # By credit note: what was credited without an order, in minor units.
    unlinked: dict[str, int] = field(default_factory=dict)
    # Rows that credit nothing of anything, as the data's own splitting leaves them.
    without_units: int = 0

    def add(self, note: CreditNote) -> None:
        """The note is split by order."""
        self.notes += 1
        parts: defaultdict[str, list[CreditLine]] = defaultdict(list)
        for line in note.lines:
            if line.quantity > 0 or not line.order_id:
                parts[line.order_id].append(line)
            else:
                self.without_units += 1
        if "" in parts:
            self.unlinked[note.credit_note_id] = sum(line.credited_minor for line in parts.pop(""))
        self.returns += [_asked(note, order_id, lines) for order_id, lines in parts.items()]

    def by_order(self) -> list[list[AskedReturn]]:
        """The requests of each order in the order in which they were made: a later one finds fewer units left."""
        chains: defaultdict[str, list[AskedReturn]] = defaultdict(list)
        for asked in sorted(self.returns, key=lambda asked: (asked.requested_at, asked.credit_note_id)):
            chains[asked.order_id].append(asked)
        return list(chains.values())


def _asked(note: CreditNote, order_id: str, lines: Iterable[CreditLine]) -> AskedReturn:
    """Rows of the same order line are one line of the request."""
    units: Counter[str] = Counter()
    credited: Counter[str] = Counter()
    reasons = {}
    for line in lines:
        units[line.line_id] += line.quantity
        credited[line.line_id] += line.credited_minor
        reasons[line.line_id] = line.reason
    return AskedReturn(
        credit_note_id=note.credit_note_id,
        order_id=order_id,
        requested_at=note.requested_at,
        reasons=reasons,
        units=dict(units),
        credited=dict(credited),
    )
