"""A clock that stands still until it is moved, and ids that can be foretold."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from domain.rma import ALPHABET, BODY_LENGTH, make_rma

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class FakeClock:
    """Time starts on a Monday morning; ids count up, so they sort in the order in which they were made."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start
        self._made = 0
        self._one_at_a_time = threading.Lock()

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        """The time is later by `span`."""
        self._now += span

    def set(self, moment: datetime) -> None:
        """The time is `moment`."""
        self._now = moment

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{self._next():06d}"

    def new_rma(self) -> str:
        number, digits = self._next(), []
        for _ in range(BODY_LENGTH):
            number, digit = divmod(number, len(ALPHABET))
            digits.append(digit)
        return make_rma(digits[::-1])

    def _next(self) -> int:
        with self._one_at_a_time:
            self._made += 1
            return self._made
