"""What goes wrong between us and the payment provider: each trouble in the words of the sandbox's faults."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

# The payment adapter gives up after 30 s and asks again a second later: its second request overtakes the first.
TOO_LATE_SECONDS = 31.5


class Trouble(StrEnum):
    """What becomes of one request for a refund, or of one question about refunds."""

    LOST_REQUEST = "lost_request"
    ERROR_BEFORE = "error_before"
    TOO_BUSY = "too_busy"
    SLOW = "slow"
    LOST_ANSWER = "lost_answer"
    ERROR_AFTER = "error_after"
    TIMEOUT_AFTER = "timeout_after"
    COMMIT_AFTER_TIMEOUT = "commit_after_timeout"
    DECLINED = "declined"
    LOST_LOOKUP = "lost_lookup"
    LOOKUP_ERROR = "lookup_error"


# Nothing was done: the same request comes again, and may meet the next trouble.
BEFORE = (Trouble.LOST_REQUEST, Trouble.ERROR_BEFORE, Trouble.TOO_BUSY)
# The refund is made and we do not know: it is found by asking, so no second request follows.
AFTER = (Trouble.LOST_ANSWER, Trouble.ERROR_AFTER)
TIMEOUTS = (Trouble.TIMEOUT_AFTER, Trouble.COMMIT_AFTER_TIMEOUT)
LOOKUPS = (Trouble.LOST_LOOKUP, Trouble.LOOKUP_ERROR)
# After these the provider is surely asked before anything is sent again; after the others a webhook may be quicker.
ASKED_ABOUT = {*BEFORE, Trouble.COMMIT_AFTER_TIMEOUT}

_REFUND: dict[str, Any] = {"path": "/v1/refunds$", "method": "POST"}
_LOOKUP: dict[str, Any] = {"path": "/v1/refunds$", "method": "GET"}
_FAULTS: dict[Trouble, dict[str, Any]] = {
    Trouble.LOST_REQUEST: _REFUND | {"when": "before", "spoil": "drop"},
    Trouble.ERROR_BEFORE: _REFUND | {"when": "before", "spoil": "status", "status": 503},
    Trouble.TOO_BUSY: _REFUND | {"when": "before", "spoil": "status", "status": 429, "retry_after": 1},
    Trouble.SLOW: _REFUND | {"when": "before", "spoil": "nothing", "delay_seconds": 1.5},
    Trouble.LOST_ANSWER: _REFUND | {"when": "after", "spoil": "drop"},
    Trouble.ERROR_AFTER: _REFUND | {"when": "after", "spoil": "status", "status": 500},
    Trouble.TIMEOUT_AFTER: _REFUND | {"when": "after", "spoil": "nothing", "delay_seconds": TOO_LATE_SECONDS},
    Trouble.COMMIT_AFTER_TIMEOUT: _REFUND | {"when": "before", "spoil": "nothing", "delay_seconds": TOO_LATE_SECONDS},
    Trouble.DECLINED: _REFUND
    | {"when": "before", "spoil": "status", "status": 400, "code": "expired_or_canceled_card"},
    Trouble.LOST_LOOKUP: _LOOKUP | {"when": "before", "spoil": "drop"},
    Trouble.LOOKUP_ERROR: _LOOKUP | {"when": "before", "spoil": "status", "status": 500},
}


# A closed card stays closed, also for a worker that asks once more since another died with the answer.
FOR_EVER = 1000


def fault(trouble: Trouble, *, payment: str) -> dict[str, Any]:
    """The sandbox's fault that makes this trouble for one request about the payment; one that is declined stays so."""
    times = FOR_EVER if trouble is Trouble.DECLINED else 1
    return _FAULTS[trouble] | {"about": payment, "times": times}


def trouble_of(fault: dict[str, Any]) -> Trouble:
    """Which trouble a fault that struck was."""
    return next(
        trouble for trouble, fields in _FAULTS.items() if all(fault[name] == value for name, value in fields.items())
    )
