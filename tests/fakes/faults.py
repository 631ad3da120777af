"""What a fake can be told to do to its next calls."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from domain.errors import OutcomeUnknown, PortError

Answer = TypeVar("Answer")


class Faults:
    """Faults wait in a queue and each spoils one call; without any, calls go through one at a time."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[Exception, bool]] = deque()
        self._one_at_a_time = threading.RLock()

    def fail(self, error: PortError, *, times: int = 1) -> None:
        """The next calls raise `error` and nothing happens."""
        self._waiting.extend([(error, False)] * times)

    def lose_answer(self, *, times: int = 1) -> None:
        """The next calls are carried out, but the caller only learns that the outcome is unknown."""
        self._waiting.extend([(OutcomeUnknown("the answer was lost"), True)] * times)

    def lose_request(self, *, times: int = 1) -> None:
        """The next calls are not carried out, and the caller cannot know that."""
        self._waiting.extend([(OutcomeUnknown("the request was lost"), False)] * times)

    def die(self) -> None:
        """The next call is carried out, and whoever called it dies before it can write anything down."""
        self._waiting.append((RuntimeError("the worker was killed"), True))

    def around(self, carry_out: Callable[[], Answer]) -> Answer:
        """What `carry_out` answers, unless a fault waits."""
        with self._one_at_a_time:
            error, carried_out = self._waiting.popleft() if self._waiting else (None, True)
            answer = carry_out() if carried_out else None
            if error is not None:
                raise error
            assert answer is not None
            return answer
