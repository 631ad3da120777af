"""Which vendor is real and which one the sandbox plays: a vendor without its secrets is played."""

from __future__ import annotations

from pydantic import SecretStr

from config.groups import EasyPost, Storefronts, Stripe, Warehouse, WarehouseAddress, is_set

STRIPE_API = "https://api.stripe.com"
EASYPOST_API = "https://api.easypost.com/v2"
# The merchant that a fresh installation makes, so that its events are about somebody.
PLAYED_MERCHANT = "demo"
PLAYED_ADDRESSES = {
    "main": WarehouseAddress(name="Returns", street1="1 Sandbox Way", city="Leeds", postal_code="LS1 1AA", country="GB")
}


def stripe_or_sandbox(stripe: Stripe, *, sandbox: str) -> Stripe:
    """Stripe with every field filled; raises ValueError when only one of its two secrets is set."""
    if _both_or_none("STRIPE", secret_key=stripe.secret_key, webhook_secret=stripe.webhook_secret):
        return stripe.model_copy(
            update={"api_base": stripe.api_base or STRIPE_API, "merchant": stripe.merchant or PLAYED_MERCHANT}
        )
    return Stripe(
        api_base=stripe.api_base or f"{sandbox}/stripe",
        secret_key=SecretStr("sk_test_sandbox"),
        webhook_secret=SecretStr("whsec_sandbox_stripe"),
        merchant=stripe.merchant or PLAYED_MERCHANT,
    )


def easypost_or_sandbox(easypost: EasyPost, *, sandbox: str) -> EasyPost:
    """EasyPost with every field filled; raises ValueError when only one of its two secrets is set."""
    if _both_or_none("EASYPOST", api_key=easypost.api_key, webhook_secret=easypost.webhook_secret):
        return easypost.model_copy(update={"api_base": easypost.api_base or EASYPOST_API})
    return EasyPost(
        api_base=easypost.api_base or f"{sandbox}/easypost/v2",
        api_key=SecretStr("EZTK_sandbox"),
        webhook_secret=SecretStr("sandbox_easypost"),
    )


def warehouse_or_sandbox(warehouse: Warehouse, *, sandbox: str) -> Warehouse:
    """The warehouse with every field filled; raises ValueError when its token is set without its address."""
    if not is_set(warehouse.token):
        return Warehouse(
            base_url=warehouse.base_url or f"{sandbox}/warehouse",
            token=SecretStr("sandbox-warehouse-token"),
            addresses=warehouse.addresses or PLAYED_ADDRESSES,
        )
    if not warehouse.base_url:
        raise ValueError("AFTERCART_WAREHOUSE__TOKEN is set, so AFTERCART_WAREHOUSE__BASE_URL is needed too")
    return warehouse


def played_storefronts(sandbox: str) -> Storefronts:
    """The shop that the sandbox plays, for the merchant of a fresh installation."""
    return Storefronts(
        urls={PLAYED_MERCHANT: f"{sandbox}/shop"}, tokens={PLAYED_MERCHANT: SecretStr("sandbox-shop-token")}
    )


def _both_or_none(vendor: str, **secrets: SecretStr) -> bool:
    missing = [name for name, secret in secrets.items() if not is_set(secret)]
    if len(missing) == 1:
        raise ValueError(
            f"AFTERCART_{vendor}__{missing[0].upper()} is missing: set both secrets, or none to use the sandbox"
        )
    return not missing
