"""The time of this machine, and ids that no one can guess."""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime

from domain.rma import ALPHABET, BODY_LENGTH, make_rma

# Crockford's base 32: no I, L, O or U, and its order is that of ASCII, so texts sort as the numbers do.
DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ID_LENGTH = 26
RANDOM_BITS = 80


class SystemClock:
    """The Clock port. Ids sort in the order in which this process made them, and by time between processes."""

    def __init__(self) -> None:
        self._last = 0
        self._one_at_a_time = threading.Lock()

    def now(self) -> datetime:
        return datetime.now(UTC)

    def new_id(self, prefix: str) -> str:
        """`prefix`, an underscore and 26 characters: 48 bits of milliseconds, then 80 random bits."""
        milliseconds = int(self.now().timestamp() * 1000)
        fresh = milliseconds << RANDOM_BITS | secrets.randbits(RANDOM_BITS)
        with self._one_at_a_time:
            # Within one millisecond, or when the clock was set back, the next number keeps the order.
            self._last = max(fresh, self._last + 1)
            number = self._last
        return f"{prefix}_{_base32(number)}"

    def new_rma(self) -> str:
        return make_rma([secrets.randbelow(len(ALPHABET)) for _ in range(BODY_LENGTH)])


def _base32(number: int) -> str:
    return "".join(DIGITS[number >> 5 * place & 31] for place in reversed(range(ID_LENGTH)))
