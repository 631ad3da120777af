"""The sandbox sends its webhooks to our API, as a vendor is told to in its dashboard."""

from __future__ import annotations

import json
import urllib.request

from config.settings import Settings

STRIPE_DOOR = "/v1/webhooks/stripe"
ANSWERS_WITHIN_SECONDS = 5


def send_to_api(settings: Settings) -> bool:
    """What the sandbox plays of Stripe is told to our API; False when another Stripe than the sandbox is in use."""
    if not settings.stripe.api_base.startswith(settings.sandbox.address):
        return False
    hook = {"url": settings.api.address + STRIPE_DOOR, "secret": settings.stripe.webhook_secret.get_secret_value()}
    request = urllib.request.Request(
        f"{settings.sandbox.address}/_control/webhooks/stripe",
        data=json.dumps(hook).encode(),
        headers={"content-type": "application/json"},
        method="PUT",
    )
    # An address of this machine: no proxy of the environment may come between.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=ANSWERS_WITHIN_SECONDS):
        return True
