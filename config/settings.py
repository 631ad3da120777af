"""Every setting of Aftercart, read from environment variables that begin with `AFTERCART_`.

A nested field is reached with two underscores: `AFTERCART_STRIPE__SECRET_KEY`. In development nothing has to be set:
a vendor without a secret is played by the sandbox. In production a missing secret is an error at start.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from config.counterparties import easypost_or_sandbox, played_storefronts, stripe_or_sandbox, warehouse_or_sandbox
from config.groups import (
    Api,
    EasyPost,
    Encryption,
    Log,
    Policies,
    Sandbox,
    Storefronts,
    Stripe,
    Temporal,
    Warehouse,
    Webhooks,
    is_set,
)

PREFIX = "AFTERCART_"


class SettingsError(Exception):
    """The environment cannot be used as it is; the message names each variable and what to do about it."""


class Environment(StrEnum):
    """Where this installation runs."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


def _database_in(values: dict[str, Any]) -> SecretStr:
    return SecretStr(f"sqlite:///{values.get('data_dir', Path('.data').resolve())}/aftercart.db")


class Settings(BaseSettings):
    """The environment, validated and complete. Building it reads variables and nothing else; it writes no file."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        env_ignore_empty=True,
        frozen=True,
        extra="forbid",
        validate_by_name=True,
    )

    environment: Environment = Field(Environment.DEVELOPMENT, description="development or production.")
    data_dir: Path = Field(Path(".data"), validate_default=True, description="Folder of databases, keys and logs.")
    database_url: SecretStr = Field(
        default_factory=_database_in,
        description="SQLAlchemy address: sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME. "
        "Unset in development: SQLite in the data folder.",
    )
    temporal: Temporal = Field(Temporal(), description="The Temporal server.")
    api: Api = Field(Api(), description="The HTTP API.")
    policies: Policies = Field(Policies(), description="Changing the rules of shops.")
    sandbox: Sandbox = Field(Sandbox(), description="The sandbox.")
    stripe: Stripe = Field(Stripe(), description="Payments.")
    easypost: EasyPost = Field(EasyPost(), description="Labels and tracking.")
    warehouse: Warehouse = Field(Warehouse(), description="Restocking.")
    storefronts: Storefronts = Field(Storefronts(), description="Asking shops about their goods.")
    webhooks: Webhooks = Field(Webhooks(), description="Messages to the merchants' systems.")
    encryption: Encryption = Field(Encryption(), description="Payload encryption.")
    log: Log = Field(Log(), description="Logging.")
    temporal_cli: Path | None = Field(
        None,
        validation_alias="TEMPORAL_CLI",
        description="Another Temporal binary than the one that is installed with Aftercart.",
    )

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        # Child processes may run in another folder and must still find the same data.
        return folder.expanduser().resolve()

    @model_validator(mode="after")
    def _nothing_missing(self) -> Self:
        if self.environment is Environment.PRODUCTION and (missing := self._missing_in_production()):
            raise ValueError(f"production needs these variables to be set: {', '.join(missing)}")
        # The model is frozen for everybody else; this is still its construction.
        self.__dict__["stripe"] = stripe_or_sandbox(self.stripe, sandbox=self.sandbox.address)
        self.__dict__["easypost"] = easypost_or_sandbox(self.easypost, sandbox=self.sandbox.address)
        self.__dict__["warehouse"] = warehouse_or_sandbox(self.warehouse, sandbox=self.sandbox.address)
        if self.environment is Environment.DEVELOPMENT and not self.storefronts.urls:
            self.__dict__["storefronts"] = played_storefronts(self.sandbox.address)
        return self

    def _missing_in_production(self) -> list[str]:
        required = {
            "AFTERCART_DATABASE_URL": "database_url" in self.model_fields_set,
            "AFTERCART_STRIPE__SECRET_KEY": is_set(self.stripe.secret_key),
            "AFTERCART_STRIPE__WEBHOOK_SECRET": is_set(self.stripe.webhook_secret),
            "AFTERCART_STRIPE__MERCHANT": bool(self.stripe.merchant),
            "AFTERCART_EASYPOST__API_KEY": is_set(self.easypost.api_key),
            "AFTERCART_EASYPOST__WEBHOOK_SECRET": is_set(self.easypost.webhook_secret),
            "AFTERCART_WAREHOUSE__BASE_URL": bool(self.warehouse.base_url),
            "AFTERCART_WAREHOUSE__TOKEN": is_set(self.warehouse.token),
            "AFTERCART_WAREHOUSE__ADDRESSES": bool(self.warehouse.addresses),
            "AFTERCART_ENCRYPTION__KEYS": bool(self.encryption.keys),
            "AFTERCART_ENCRYPTION__ACTIVE_KEY": bool(self.encryption.active_key),
        }
        return [variable for variable, present in required.items() if not present]


def load_settings(**overrides: Any) -> Settings:
    """The settings of this process; raises SettingsError with one line per variable that is wrong."""
    try:
        return Settings(**overrides)
    except ValidationError as invalid:
        raise SettingsError("\n".join(_complaint(error) for error in invalid.errors())) from None


def _complaint(error: Any) -> str:
    reason = error["msg"].removeprefix("Value error, ")
    return f"{variable_name(error['loc'])}: {reason}" if error["loc"] else reason


def variable_name(location: tuple[str | int, ...]) -> str:
    """The environment variable that sets the field at `location`, such as AFTERCART_STRIPE__SECRET_KEY."""
    if location == ("temporal_cli",) or location == ("TEMPORAL_CLI",):
        return "TEMPORAL_CLI"
    return PREFIX + "__".join(str(part) for part in location).upper()
