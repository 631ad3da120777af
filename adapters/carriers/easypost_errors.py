"""Every error of EasyPost's client as one of the three port errors."""

from __future__ import annotations

from datetime import timedelta

from easypost.errors import (
    ApiError,
    EasyPostError,
    ForbiddenError,
    PaymentError,
    RateLimitError,
    UnauthorizedError,
)

from adapters.unsent import never_left
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable

# A wrong key or an empty EasyPost wallet says nothing about the label; somebody has to mend it first.
AFTER_MISCONFIGURATION = timedelta(minutes=5)
# Refusals that mean: the carrier is still at work, or did not answer EasyPost in time.
STILL_GOING_ON = frozenset(
    {"SHIPMENT.PURCHASE.IN_PROGRESS", "SHIPMENT.POSTAGE.TIMED_OUT", "SHIPMENT.POSTAGE.NO_RESPONSE"}
)
ALREADY_BOUGHT = "SHIPMENT.POSTAGE.EXISTS"


def port_error(error: EasyPostError, *, changes: bool) -> PortError:
    """What the error means for the caller; when in doubt about a request that `changes` something, OutcomeUnknown."""
    message = f"EasyPost: {error}"
    in_doubt = OutcomeUnknown(message) if changes else Unavailable(message)
    if not isinstance(error, ApiError):
        # Raised by the client itself before it sends anything: the request is wrong and stays so.
        return Rejected(type(error).__name__, message)
    if isinstance(error, UnauthorizedError | ForbiddenError | PaymentError):
        return Unavailable(message, retry_after=AFTER_MISCONFIGURATION)
    if isinstance(error, RateLimitError) or never_left(error):
        return Unavailable(message)
    status = error.http_status
    # 408 is how the client names its own time-out, too.
    if status is None or status >= 500 or status < 400 or status in (408, 409) or error.code in STILL_GOING_ON:
        return in_doubt
    return Rejected(error.code or type(error).__name__, message)
