"""What Stripe is asked, what is made of its answers, and that no error of its client is left unread."""

from __future__ import annotations

import inspect
from datetime import timedelta
from typing import Any

import pytest
import stripe
from requests.exceptions import ConnectTimeout, ReadTimeout
from stripe import _error as stripe_errors

from adapters.payments.stripe import StripePayments, list_params, parse_refund, refund_params
from adapters.payments.stripe_errors import port_error
from domain.errors import OutcomeUnknown, PortError, Rejected, Unavailable
from domain.money import Money
from tests.adapters.builders import RMA, a_refund_order
from tests.sandbox.server import SandboxServer

REFUND = {
    "id": "re_3QmTzA2eZvKYlo2C1xY7pQ4d",
    "object": "refund",
    "amount": 1815,
    "charge": "ch_3QmTzA2eZvKYlo2C1aBcDeFg",
    "currency": "gbp",
    "metadata": {"key": "default:7K3F-Q9X4:payout:1"},
    "payment_intent": "pi_3QmTzA2eZvKYlo2C1h8tLmNo",
    "reason": None,
    "status": "succeeded",
}


@pytest.fixture
def payments(sandbox: SandboxServer) -> StripePayments:
    """The adapter over a sandbox."""
    return StripePayments(api_base=f"{sandbox.address}/stripe", secret_key="sk_test_adapter")


def an_error(
    status: int | None, kind: type[stripe.StripeError] = stripe.StripeError, **facts: Any
) -> stripe.StripeError:
    """An error as the client makes it of an answer with that status."""
    error = kind.__new__(kind)
    headers = facts.pop("headers", {})
    stripe.StripeError.__init__(
        error, "refused", http_status=status, json_body={"error": facts}, headers=headers, code=facts.get("code")
    )
    return error


def test_request() -> None:
    """Stripe is told which payment, exactly how much, and which return of which shop it belongs to."""
    assert refund_params(a_refund_order("pi_1")) == {
        "payment_intent": "pi_1",
        "amount": 1815,
        "metadata": {"merchant": "default", "rma": RMA, "payout": "1", "key": f"default:{RMA}:payout:1"},
    }


def test_request_for_a_charge() -> None:
    """A shop that knows its payments by charge can refund them, too."""
    params = refund_params(a_refund_order("ch_1"))

    assert params["charge"] == "ch_1"
    assert "payment_intent" not in params
    assert list_params(a_refund_order("ch_1")) == {"charge": "ch_1", "limit": 100}


def test_call(payments: StripePayments, sandbox: SandboxServer) -> None:
    """One refund is one request, under our key, and Stripe keeps our notes on it."""
    order = a_refund_order(sandbox.pay(5000, "gbp"))

    payments.refund(order)

    assert [seen["idempotency_key"] for seen in sandbox.requests("/v1/refunds")] == [order.key]
    assert sandbox.state("refunds")[0]["metadata"]["rma"] == RMA


def test_failed_call_is_not_repeated(payments: StripePayments, sandbox: SandboxServer) -> None:
    """A refund that failed is not sent again behind our back."""
    sandbox.spoil("/v1/refunds$", spoil="status", status=500)

    with pytest.raises(OutcomeUnknown):
        payments.refund(a_refund_order(sandbox.pay(5000, "gbp")))

    assert len(sandbox.requests("/v1/refunds")) == 1


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("succeeded", "settled"),
        ("pending", "pending"),
        ("requires_action", "pending"),
        ("failed", "failed"),
        ("canceled", "failed"),
    ],
)
def test_parsed_answer(status: str, ours: str) -> None:
    """Each state that a refund can have at Stripe is one of our three."""
    refund = parse_refund({**REFUND, "status": status})

    assert refund.reference == "re_3QmTzA2eZvKYlo2C1xY7pQ4d"
    assert refund.amount == Money(minor=1815, currency="GBP")
    assert (refund.status, refund.failure) == (ours, "")


def test_parsed_failure() -> None:
    """A refund that came back says why."""
    refund = parse_refund({**REFUND, "status": "failed", "failure_reason": "lost_or_stolen_card"})

    assert refund.failure == "lost_or_stolen_card"


def test_found_on_a_later_page(payments: StripePayments, sandbox: SandboxServer) -> None:
    """The first of more than a hundred refunds of one payment is still found."""
    reference = sandbox.pay(5000, "gbp")
    orders = [a_refund_order(reference, minor=10, payout=number) for number in range(1, 104)]
    made = [payments.refund(order) for order in orders]

    assert payments.find_refund(orders[0]) == made[0]


def test_unknown_payment(payments: StripePayments) -> None:
    """A payment that Stripe does not know is refused, not retried."""
    order = a_refund_order("pi_unknown")

    with pytest.raises(Rejected) as refusal:
        payments.refund(order)
    assert refusal.value.code == "resource_missing"
    with pytest.raises(Rejected):
        payments.find_refund(order)


@pytest.mark.parametrize(
    ("error", "expected", "code"),
    [
        (an_error(400, type="invalid_request_error", code="charge_disputed"), Rejected, "charge_disputed"),
        (an_error(400, type="invalid_request_error", param="amount"), Rejected, "amount_too_large"),
        (an_error(400, type="idempotency_error"), Rejected, "idempotency_error"),
        (an_error(402, type="card_error", code="card_declined"), Rejected, "card_declined"),
        (an_error(404, type="invalid_request_error", code="resource_missing"), Rejected, "resource_missing"),
        (an_error(401, stripe.AuthenticationError), Unavailable, None),
        (an_error(403, stripe.PermissionError), Unavailable, None),
        (an_error(429, code="lock_timeout"), Unavailable, None),
        (an_error(409, code="idempotency_key_in_use"), OutcomeUnknown, None),
        (an_error(500, type="api_error"), OutcomeUnknown, None),
        (an_error(503, type="api_error"), OutcomeUnknown, None),
        (an_error(200), OutcomeUnknown, None),
        (an_error(None), OutcomeUnknown, None),
    ],
)
def test_parsed_error(error: stripe.StripeError, expected: type[PortError], code: str | None) -> None:
    """A refusal is final, a busy Stripe did nothing, and after anything else money may have moved."""
    meaning = port_error(error, moves_money=True)

    assert type(meaning) is expected
    assert getattr(meaning, "code", None) == code


@pytest.mark.parametrize("status", [None, 200, 409, 500, 503])
def test_asking_is_always_safe(status: int | None) -> None:
    """A question that Stripe could not answer may simply be asked again."""
    assert type(port_error(an_error(status), moves_money=False)) is Unavailable


@pytest.mark.parametrize(
    ("cause", "expected"),
    [(ConnectTimeout(), Unavailable), (ReadTimeout(), OutcomeUnknown), (ConnectionResetError(), OutcomeUnknown)],
)
def test_connection_lost(cause: Exception, expected: type[PortError]) -> None:
    """What never reached Stripe did nothing; what did reach it may have been done."""
    error = stripe.APIConnectionError("network")  # type: ignore[no-untyped-call]  # the client leaves it untyped
    error.__cause__ = cause

    assert type(port_error(error, moves_money=True)) is expected


def test_patience(payments: StripePayments, sandbox: SandboxServer) -> None:
    """When Stripe says how long to wait, we wait that long."""
    sandbox.spoil("/v1/refunds$", spoil="status", status=429, retry_after=3)

    with pytest.raises(Unavailable) as busy:
        payments.refund(a_refund_order(sandbox.pay(5000, "gbp")))

    assert busy.value.retry_after == timedelta(seconds=3)


# Each class of the client with the status it comes with, and what it means for a request that moves money.
EXPECTED: dict[str, tuple[int | None, type[PortError]]] = {
    "StripeError": (None, OutcomeUnknown),
    "StripeErrorWithParamCode": (400, Rejected),
    "APIError": (500, OutcomeUnknown),
    "APIConnectionError": (None, OutcomeUnknown),
    "CardError": (402, Rejected),
    "IdempotencyError": (400, Rejected),
    "InvalidRequestError": (400, Rejected),
    "AuthenticationError": (401, Unavailable),
    "PermissionError": (403, Unavailable),
    "RateLimitError": (429, Unavailable),
    # Only raised when a webhook is checked; as an answer to a call it would be unheard of, hence unknown.
    "SignatureVerificationError": (None, OutcomeUnknown),
    # The rest belongs to other parts of Stripe's API; as refusals they would be final.
    "AlreadyCanceledError": (400, Rejected),
    "BlockedByStripeError": (400, Rejected),
    "CannotProceedError": (400, Rejected),
    "CapabilityNotEnabledError": (400, Rejected),
    "ControlledByAlternateResourceError": (400, Rejected),
    "FeatureNotEnabledError": (400, Rejected),
    "FinancialAccountNotOpenError": (400, Rejected),
    "FxQuoteNeedsRefreshError": (400, Rejected),
    "InsufficientFundsError": (400, Rejected),
    "InvalidPaymentMethodError": (400, Rejected),
    "InvalidPayoutMethodError": (400, Rejected),
    "InvalidVaultedCredentialError": (400, Rejected),
    "NotCancelableError": (400, Rejected),
    "QuotaExceededError": (400, Rejected),
    "RecipientNotNotifiableError": (400, Rejected),
    "TemporarySessionExpiredError": (400, Rejected),
    "VerificationAttemptFailedError": (400, Rejected),
    "VerificationExpiredError": (400, Rejected),
    "VerificationNotInitiatedError": (400, Rejected),
}
CLASSES = [
    kind for _, kind in inspect.getmembers(stripe_errors, inspect.isclass) if issubclass(kind, stripe.StripeError)
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_of_the_client(kind: type[stripe.StripeError]) -> None:
    """A new version of Stripe's client with a new kind of error is noticed here, not by a customer."""
    status, expected = EXPECTED[kind.__name__]

    assert type(port_error(an_error(status, kind), moves_money=True)) is expected
