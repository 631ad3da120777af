"""The groups of settings, one per part of the installation; `config.settings` puts them together."""

from __future__ import annotations

import base64
import binascii
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

UNSET = SecretStr("")
KEY_BYTES = 32


def is_set(secret: SecretStr) -> bool:
    """Whether a secret was given at all."""
    return bool(secret.get_secret_value())


class LogFormat(StrEnum):
    """How log lines look: `auto` is pretty on a terminal and JSON elsewhere."""

    AUTO = "auto"
    JSON = "json"
    PRETTY = "pretty"


class Group(BaseModel):
    """Settings that belong together; a misspelt name in a group is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Temporal(Group):
    """The Temporal server that runs the cases."""

    address: str = Field("127.0.0.1:7233", description="Host and port of the Temporal frontend.")
    namespace: str = Field("default", description="Temporal namespace that holds the cases.")
    task_queue: str = Field("aftercart", description="Task queue that the worker polls.")
    ui_address: str = Field("http://127.0.0.1:8233", description="Address of the Temporal web UI, used in links.")
    codec_token: SecretStr = Field(
        UNSET,
        description="Part of the codec address that lets the Temporal UI show decrypted payloads. "
        "Unset: made once in the data folder in development, no such address in production.",
    )

    @field_validator("address")
    @classmethod
    def _host_and_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if not host or not port.isdigit():
            raise ValueError(f"{address!r} is not HOST:PORT, such as 127.0.0.1:7233")
        return address


class Listener(Group):
    """Where one of our own servers listens."""

    host: str = Field("127.0.0.1", description="Interface to listen on.")
    port: int = Field(ge=1, le=65535, description="Port to listen on.")

    @property
    def address(self) -> str:
        """The address under which this machine reaches the server."""
        return f"http://{self.host}:{self.port}"


class Api(Listener):
    """The HTTP API."""

    port: int = Field(8000, ge=1, le=65535, description="Port to listen on.")
    rate_limit: str = Field(
        "6000/minute",
        pattern=r"^[1-9][0-9]*/(second|minute|hour|day)$",
        description="How often one API key may be used: NUMBER/second, minute, hour or day.",
    )


class Policies(Group):
    """How shops change their rules."""

    four_eyes: bool = Field(False, description="Whether another person than the one who staged a policy activates it.")


class Sandbox(Listener):
    """The counterparties that a machine without accounts talks to."""

    port: int = Field(8010, ge=1, le=65535, description="Port to listen on.")


class Stripe(Group):
    """Payments by Stripe."""

    api_base: str = Field("", description="Address of the API. Unset: Stripe itself, or the sandbox without a key.")
    secret_key: SecretStr = Field(UNSET, description="Secret API key. Unset in development: the sandbox.")
    webhook_secret: SecretStr = Field(UNSET, description="Signing secret of Stripe's webhooks to us.")
    merchant: str = Field("", description="Merchant whose account this is. Unset in development: demo.")


class EasyPost(Group):
    """Return labels and tracking by EasyPost."""

    api_base: str = Field("", description="Address of the API. Unset: EasyPost itself, or the sandbox without a key.")
    api_key: SecretStr = Field(UNSET, description="API key. Unset in development: the sandbox.")
    webhook_secret: SecretStr = Field(UNSET, description="Signing secret of EasyPost's webhooks to us.")


class WarehouseAddress(Group):
    """Where parcels to a warehouse go."""

    name: str = Field("", description="Name at the door.")
    street1: str = Field(min_length=1, description="Street and number.")
    street2: str = Field("", description="Second line.")
    city: str = Field(min_length=1, description="Town.")
    region: str = Field("", description="State or county, where the country uses one.")
    postal_code: str = Field("", description="Postal code.")
    country: str = Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2, such as GB.")


class Warehouse(Group):
    """The warehouse that restocks what comes back."""

    base_url: str = Field("", description="Address of the warehouse contract. Unset in development: the sandbox.")
    token: SecretStr = Field(UNSET, description="Bearer token for the warehouse. Unset in development: the sandbox.")
    addresses: dict[str, WarehouseAddress] = Field(
        {},
        description='Addresses by name as JSON, for return labels: {"main": {"street1": "...", "city": "...", '
        '"postal_code": "...", "country": "GB"}}. Policies name one of them. Unset in development: a made-up one.',
    )


class Storefronts(Group):
    """Where shops can be asked about their goods; a shop without an address tells them."""

    urls: dict[str, str] = Field(
        {},
        description='Address of the storefront contract for each merchant as JSON: {"demo": "https://shop.example/aftercart"}. '
        "Unset in development: the sandbox, for demo.",
    )
    tokens: dict[str, SecretStr] = Field({}, description='Bearer token for each merchant as JSON: {"demo": "..."}.')

    @model_validator(mode="after")
    def _all_with_tokens(self) -> Self:
        for merchant, url in self.urls.items():
            if not url.startswith(("https://", "http://")):
                raise ValueError(f"the address for {merchant} must begin with https:// (or http://)")
            if merchant not in self.tokens:
                raise ValueError(f"the shop {merchant} has an address but no token")
        return self


class Webhooks(Group):
    """Where merchants hear of what happens to their cases, signed by the Standard Webhooks rules."""

    urls: dict[str, str] = Field(
        {},
        description='Address for each merchant as JSON: {"demo": "https://shop.example/hooks"}. '
        "A merchant without one finds its messages kept in the outbox.",
    )
    secrets: dict[str, SecretStr] = Field(
        {}, description='Signing secret for each merchant as JSON: {"demo": "whsec_..."}, 24 to 64 bytes in base64.'
    )

    @model_validator(mode="after")
    def _all_signed(self) -> Self:
        for merchant, url in self.urls.items():
            if not url.startswith(("https://", "http://")):
                raise ValueError(f"the address for {merchant} must begin with https:// (or http://)")
            if merchant not in self.secrets:
                raise ValueError(f"the merchant {merchant} has an address but no signing secret")
        for merchant, secret in self.secrets.items():
            _require_signing_secret(merchant, secret.get_secret_value())
        return self


def _require_signing_secret(merchant: str, secret: str) -> None:
    try:
        length = len(base64.b64decode(secret.removeprefix("whsec_"), validate=True))
    except binascii.Error:
        length = 0
    if not secret.startswith("whsec_") or not 24 <= length <= 64:
        raise ValueError(f"the secret of {merchant} must be whsec_ and 24 to 64 bytes in base64")


class Encryption(Group):
    """Keys that encrypt everything Aftercart gives to Temporal."""

    keys: dict[str, SecretStr] = Field(
        {},
        description='Keys by id as JSON, each 32 bytes in base64: {"2026-01": "..."}. Keep old ones: they still decrypt. '
        "Unset in development: one is made in the data folder.",
    )
    active_key: str = Field("", description="Id of the key that encrypts; the others only decrypt.")

    @field_validator("keys")
    @classmethod
    def _of_the_right_length(cls, keys: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for key_id, key in keys.items():
            try:
                length = len(base64.b64decode(key.get_secret_value(), validate=True))
            except binascii.Error:
                raise ValueError(f"the key {key_id!r} is not base64") from None
            if length != KEY_BYTES:
                raise ValueError(f"the key {key_id!r} has {length} bytes instead of {KEY_BYTES}")
        return keys

    @model_validator(mode="after")
    def _active_key_is_there(self) -> Self:
        if self.keys and self.active_key not in self.keys:
            raise ValueError(
                f"AFTERCART_ENCRYPTION__ACTIVE_KEY must be one of these ids: {', '.join(sorted(self.keys))}"
            )
        return self


class Log(Group):
    """What the processes write to standard error."""

    format: LogFormat = Field(LogFormat.AUTO, description="auto, json or pretty.")
    level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR.")
