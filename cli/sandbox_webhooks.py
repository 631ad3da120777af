"""The sandbox sends its webhooks to our API, as a vendor is told to in its dashboard."""

from __future__ import annotations

import json
import urllib.request

from config.settings import Settings

STRIPE_DOOR = "/v1/webhooks/stripe"
EASYPOST_DOOR = "/v1/webhooks/easypost"
# The sandbox puts the number of the shipment that its news is about in place of `{reference}`.
WAREHOUSE_DOOR = "/v1/replacement_shipments/{reference}/shipment_changed"
ANSWERS_WITHIN_SECONDS = 5


def send_to_api(settings: Settings) -> bool:
    """What the sandbox plays of Stripe is told to our API; False when another Stripe than the sandbox is in use."""
    if not settings.stripe.api_base.startswith(settings.sandbox.address):
        return False
    secret = settings.stripe.webhook_secret.get_secret_value()
    _configure(settings, "stripe", {"url": settings.api.address + STRIPE_DOOR, "secret": secret})
    return True


def send_carrier_news(settings: Settings) -> bool:
    """What the sandbox plays of EasyPost is told to our API; False when another EasyPost than the sandbox is in use."""
    if not settings.easypost.api_base.startswith(settings.sandbox.address):
        return False
    secret = settings.easypost.webhook_secret.get_secret_value()
    _configure(settings, "easypost", {"url": settings.api.address + EASYPOST_DOOR, "secret": secret})
    return True


def send_warehouse_news(settings: Settings, *, key: str) -> bool:
    """What the sandbox's warehouse does with parcels is told to our API with that key; False when another is in use."""
    if not settings.warehouse.base_url.startswith(settings.sandbox.address):
        return False
    _configure(settings, "warehouse", {"url": settings.api.address + WAREHOUSE_DOOR, "secret": key})
    return True


def _configure(settings: Settings, vendor: str, hook: dict[str, str]) -> None:
    request = urllib.request.Request(
        f"{settings.sandbox.address}/_control/webhooks/{vendor}",
        data=json.dumps(hook).encode(),
        headers={"content-type": "application/json"},
        method="PUT",
    )
    # An address of this machine: no proxy of the environment may come between.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=ANSWERS_WITHIN_SECONDS):
        pass
