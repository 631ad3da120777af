"""How often one key may be used. Counted in the memory of one process: with n processes the limit is n times as high."""

from __future__ import annotations

import math
from datetime import datetime

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from api import problems
from api.errors import ApiProblem


class RateLimits:
    """A moving window per key."""

    def __init__(self, limit: str) -> None:
        """`limit` is written like "100/second" or "6000/minute"; raises ValueError when it is not."""
        self._limit: RateLimitItem = parse(limit)
        # A fixed window lets twice the limit pass around its edge; the moving one does not.
        self._counters = MovingWindowRateLimiter(MemoryStorage())

    def count(self, key: str, *, now: datetime) -> None:
        """One more request of the key is counted; raises the problem that says when to go on if it is one too many."""
        if self._counters.hit(self._limit, key):
            return
        free_at = self._counters.get_window_stats(self._limit, key).reset_time
        seconds = min(max(1, math.ceil(free_at - now.timestamp())), self._limit.get_expiry())
        detail = f"This key may make {self._limit.amount} requests per {self._period()}; go on in {seconds} seconds."
        raise ApiProblem(problems.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(seconds)})

    def _period(self) -> str:
        return f"{self._limit.multiples} {self._limit.GRANULARITY.name}"
