"""From port errors to Temporal failures: the three reactions, in one place for every activity."""

from __future__ import annotations

from typing import Any

from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor

from domain.errors import OutcomeUnknown, Rejected, Unavailable


class PortFailures(Interceptor):
    """Gives every activity the reactions: rejected is final, unavailable and unknown are tried again."""

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        """Wraps the activity call."""
        return _PortFailuresInbound(next)


class _PortFailuresInbound(ActivityInboundInterceptor):
    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        try:
            return await super().execute_activity(input)
        except Rejected as error:
            raise ApplicationError(str(error), error.code, type="Rejected", non_retryable=True) from error
        except Unavailable as error:
            raise ApplicationError(str(error), type="Unavailable", next_retry_delay=error.retry_after) from error
        except OutcomeUnknown as error:
            raise ApplicationError(str(error), type="OutcomeUnknown") from error
