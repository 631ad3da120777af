"""Every error of Stripe's client as one of the three port errors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import stripe

from adapters.unsent import never_left
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable

# A wrong key or a missing permission is a mistake in our settings, not a verdict on the refund. Somebody has to mend it,
# so asking more often than this only fills logs.
AFTER_MISCONFIGURATION = timedelta(minutes=5)


def port_error(error: stripe.StripeError, *, moves_money: bool) -> PortError:
    """What the error means for the caller; when in doubt about a request that `moves_money`, OutcomeUnknown."""
    message = f"Stripe: {error.user_message or type(error).__name__} ({error.request_id or 'no request id'})"
    in_doubt = OutcomeUnknown(message) if moves_money else Unavailable(message)
    status = error.http_status
    if isinstance(error, stripe.APIConnectionError):
        return Unavailable(message) if never_left(error) else in_doubt
    if isinstance(error, stripe.RateLimitError) or status == 429:
        return Unavailable(message, retry_after=_retry_after(error))
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return Unavailable(message, retry_after=AFTER_MISCONFIGURATION)
    # 409: another request with this key is being carried out at this moment, so money may be moving.
    if status is None or status >= 500 or status == 409 or status < 400:
        return in_doubt
    return Rejected(_code(error), message)


def _code(error: stripe.StripeError) -> str:
    facts = _error_facts(error)
    if code := facts.get("code"):
        return str(code)
    # An amount above what is left is the one refusal of a refund that Stripe sends without a code.
    if facts.get("param") == "amount":
        return "amount_too_large"
    return str(facts.get("type") or "invalid_request_error")


def _error_facts(error: stripe.StripeError) -> dict[str, Any]:
    body = error.json_body
    facts = body.get("error") if isinstance(body, dict) else None
    return facts if isinstance(facts, dict) else {}


def _retry_after(error: stripe.StripeError) -> timedelta | None:
    seconds = (error.headers or {}).get("Retry-After", "")
    return timedelta(seconds=int(seconds)) if seconds.isdigit() else None
