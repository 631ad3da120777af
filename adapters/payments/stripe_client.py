"""The official client of Stripe, as every part of the adapter uses it."""

from __future__ import annotations

import stripe

# A connection takes milliseconds or fails. A refund usually answers within two seconds, but banks can make Stripe wait;
# giving up early would only turn an answer into an unknown outcome.
CONNECT_SECONDS = 5
ANSWER_SECONDS = 30

# The client would otherwise write an id of this machine into the home directory and send timings with each request.
stripe.enable_telemetry = False


def stripe_client(*, api_base: str, secret_key: str) -> stripe.StripeClient:
    """A client that sends each request once."""
    return stripe.StripeClient(
        secret_key,
        base_addresses={"api": api_base},
        http_client=stripe.RequestsClient(timeout=(CONNECT_SECONDS, ANSWER_SECONDS)),
        # Each try is one request: the caller decides when to ask again, and what it asks first.
        max_network_retries=0,
    )
