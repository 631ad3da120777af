"""Settings in, adapters out: the only module that names vendors."""

from __future__ import annotations

from config.settings import Settings
from domain.addresses import Address
from domain.catalogue.ports import Storefront
from domain.collection_port import Collections
from domain.credit_notes import NotePages
from domain.fulfilment_port import Fulfilment
from domain.goods_back.carrier_news import CarrierWebhooks
from domain.goods_back.customs import CustomsPages
from domain.goods_back.papers import SlipPages
from domain.policies import Conditions
from domain.ports import Carrier, Clock, Payments, PaymentStatements, PaymentWebhooks, Warehouse


def payments(settings: Settings) -> Payments:
    """The payment provider of this installation."""
    # Each client library takes about half a second to import, and not every process needs each.
    from adapters.payments.stripe import StripePayments

    return StripePayments(api_base=settings.stripe.api_base, secret_key=settings.stripe.secret_key.get_secret_value())


def collections(settings: Settings) -> Collections:
    """Who takes money from the customers of this installation."""
    from adapters.payments.stripe_collections import StripeCollections

    return StripeCollections(
        api_base=settings.stripe.api_base, secret_key=settings.stripe.secret_key.get_secret_value()
    )


def payment_statements(settings: Settings) -> PaymentStatements:
    """What lists the refunds and disputes of the payment provider."""
    from adapters.payments.stripe_statements import StripeStatements

    return StripeStatements(api_base=settings.stripe.api_base, secret_key=settings.stripe.secret_key.get_secret_value())


def payment_webhooks(settings: Settings) -> PaymentWebhooks:
    """What reads the events of the payment provider."""
    from adapters.payments.stripe_events import StripeWebhooks

    secret = settings.stripe.webhook_secret.get_secret_value()
    return StripeWebhooks(secret=secret, merchant=settings.stripe.merchant)


def carrier_webhooks(settings: Settings) -> CarrierWebhooks:
    """What reads the events of the carrier."""
    from adapters.carriers.easypost_events import EasyPostWebhooks

    return EasyPostWebhooks(secret=settings.easypost.webhook_secret.get_secret_value())


def carrier(settings: Settings) -> Carrier:
    """The carrier of this installation."""
    from adapters.carriers.easypost import EasyPostCarrier

    return EasyPostCarrier(
        api_base=settings.easypost.api_base,
        api_key=settings.easypost.api_key.get_secret_value(),
        warehouses=warehouse_addresses(settings),
    )


def warehouse_addresses(settings: Settings) -> dict[str, Address]:
    """Where the warehouses of this installation are, by name."""
    return {name: Address(**address.model_dump()) for name, address in settings.warehouse.addresses.items()}


def warehouse(settings: Settings) -> Warehouse:
    """The warehouse of this installation."""
    from adapters.warehouse.rest import RestWarehouse

    return RestWarehouse(base_url=settings.warehouse.base_url, token=settings.warehouse.token.get_secret_value())


def fulfilment(settings: Settings) -> Fulfilment:
    """The warehouse as the one who sends goods to customers."""
    from adapters.warehouse.fulfilment import RestFulfilment

    return RestFulfilment(base_url=settings.warehouse.base_url, token=settings.warehouse.token.get_secret_value())


def note_pages() -> NotePages:
    """What draws credit notes."""
    from adapters.documents.credit_notes import PdfNotePages

    return PdfNotePages()


def slip_pages() -> SlipPages:
    """What draws packing slips and codes."""
    from adapters.documents.packing_slips import PdfSlipPages

    return PdfSlipPages()


def customs_pages() -> CustomsPages:
    """What draws customs invoices."""
    from adapters.documents.customs_invoices import PdfCustomsPages

    return PdfCustomsPages()


def clock() -> Clock:
    """The time of this machine."""
    from adapters.clock import SystemClock

    return SystemClock()


def conditions() -> Conditions:
    """The language in which policies state their conditions."""
    from adapters.conditions.cel import CelConditions

    return CelConditions()


def storefront(settings: Settings, merchant: str) -> Storefront | None:
    """The shop of that merchant, or None where no address is set at which it could be asked."""
    if (url := settings.storefronts.urls.get(merchant)) is None:
        return None
    from adapters.storefronts.rest import RestStorefront

    return RestStorefront(base_url=url, token=settings.storefronts.tokens[merchant].get_secret_value())
