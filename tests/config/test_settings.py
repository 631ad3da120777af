"""An installation starts with what it was told, or says which variable is wrong and what to do."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from pydantic import SecretStr

from config.environment import as_environment, masked, variables
from config.settings import Settings, SettingsError, load_settings

KEY = base64.b64encode(bytes(32)).decode()
PRODUCTION = {
    "AFTERCART_ENVIRONMENT": "production",
    "AFTERCART_DATABASE_URL": "postgresql+psycopg://shop:s3cret@db.internal/aftercart",
    "AFTERCART_STRIPE__SECRET_KEY": "sk_live_1",
    "AFTERCART_STRIPE__WEBHOOK_SECRET": "whsec_1",
    "AFTERCART_STRIPE__MERCHANT": "shop",
    "AFTERCART_EASYPOST__API_KEY": "EZAK1",
    "AFTERCART_EASYPOST__WEBHOOK_SECRET": "hook",
    "AFTERCART_WAREHOUSE__BASE_URL": "https://warehouse.example",
    "AFTERCART_WAREHOUSE__TOKEN": "token",
    "AFTERCART_WAREHOUSE__ADDRESSES": '{"main": {"street1": "2 Dock Road", "city": "Hull", "country": "GB"}}',
    "AFTERCART_ENCRYPTION__KEYS": f'{{"2026": "{KEY}"}}',
    "AFTERCART_ENCRYPTION__ACTIVE_KEY": "2026",
}


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine on which nobody has set anything."""
    for variable in variables():
        monkeypatch.delenv(variable.name, raising=False)


@pytest.fixture
def production(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that is set up for production."""
    for name, value in PRODUCTION.items():
        monkeypatch.setenv(name, value)


def test_development_needs_nothing() -> None:
    """On a fresh machine everything talks to the sandbox, with keys that are plainly not real."""
    settings = load_settings()

    assert settings.stripe.api_base == "http://127.0.0.1:8010/stripe"
    assert settings.easypost.api_base == "http://127.0.0.1:8010/easypost/v2"
    assert settings.warehouse.base_url == "http://127.0.0.1:8010/warehouse"
    assert "sandbox" in settings.stripe.secret_key.get_secret_value()
    assert settings.database_url.get_secret_value() == f"sqlite:///{Path('.data').resolve()}/aftercart.db"


def test_sandbox_moves(monkeypatch: pytest.MonkeyPatch) -> None:
    """When the sandbox listens elsewhere, the vendors that it plays are found there."""
    monkeypatch.setenv("AFTERCART_SANDBOX__PORT", "9010")

    assert load_settings().easypost.api_base == "http://127.0.0.1:9010/easypost/v2"


def test_own_address_of_a_played_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy can stand between us and the sandbox without any secret being set."""
    monkeypatch.setenv("AFTERCART_STRIPE__API_BASE", "http://127.0.0.1:9999")

    stripe = load_settings().stripe

    assert stripe.api_base == "http://127.0.0.1:9999"
    assert stripe.secret_key.get_secret_value() == "sk_test_sandbox"


def test_one_real_vendor(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer with a Stripe account uses it; the parcels stay make-believe."""
    monkeypatch.setenv("AFTERCART_STRIPE__SECRET_KEY", "sk_test_1")
    monkeypatch.setenv("AFTERCART_STRIPE__WEBHOOK_SECRET", "whsec_1")

    settings = load_settings()

    assert settings.stripe.api_base == "https://api.stripe.com"
    assert settings.easypost.api_base.endswith("/easypost/v2")


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("AFTERCART_STRIPE__SECRET_KEY", "AFTERCART_STRIPE__WEBHOOK_SECRET"),
        ("AFTERCART_STRIPE__WEBHOOK_SECRET", "AFTERCART_STRIPE__SECRET_KEY"),
        ("AFTERCART_EASYPOST__API_KEY", "AFTERCART_EASYPOST__WEBHOOK_SECRET"),
        ("AFTERCART_WAREHOUSE__TOKEN", "AFTERCART_WAREHOUSE__BASE_URL"),
    ],
)
def test_half_a_vendor(monkeypatch: pytest.MonkeyPatch, given: str, missing: str) -> None:
    """One of two secrets is a mistake that is named, not half a connection."""
    monkeypatch.setenv(given, "something")

    with pytest.raises(SettingsError, match=missing):
        load_settings()


@pytest.mark.usefixtures("production")
@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "AFTERCART_ENVIRONMENT"])
def test_production_without_a_secret(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Production never starts on the sandbox by accident: whatever is missing is named."""
    monkeypatch.delenv(name)

    with pytest.raises(SettingsError, match=name):
        load_settings()


@pytest.mark.usefixtures("production")
def test_production() -> None:
    """With everything set, production talks to the vendors themselves."""
    settings = load_settings()

    assert settings.stripe.api_base == "https://api.stripe.com"
    assert settings.easypost.api_base == "https://api.easypost.com/v2"
    assert settings.warehouse.base_url == "https://warehouse.example"


def test_everything_missing_at_once() -> None:
    """An operator hears of all missing variables in one go, not one per attempt."""
    with pytest.raises(SettingsError) as error:
        load_settings(environment="production")

    assert [name for name in PRODUCTION if name not in str(error.value)] == ["AFTERCART_ENVIRONMENT"]


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("AFTERCART_API__PORT", "eighty", "AFTERCART_API__PORT: .*integer"),
        ("AFTERCART_API__PORT", "70000", "AFTERCART_API__PORT: .*65535"),
        ("AFTERCART_STRIPE__SECRETKEY", "x", "AFTERCART_STRIPE__SECRETKEY: .*not permitted"),
        ("AFTERCART_TEMPORAL__ADDRESS", "localhost", "AFTERCART_TEMPORAL__ADDRESS: .*HOST:PORT"),
        ("AFTERCART_ENCRYPTION__KEYS", '{"a": "c2hvcnQ="}', "AFTERCART_ENCRYPTION__KEYS: .*5 bytes instead of 32"),
        ("AFTERCART_ENCRYPTION__KEYS", '{"a": "~"}', "AFTERCART_ENCRYPTION__KEYS: .*not base64"),
        ("AFTERCART_ENCRYPTION__KEYS", f'{{"a": "{KEY}"}}', "AFTERCART_ENCRYPTION__ACTIVE_KEY must be one of .*: a"),
        ("AFTERCART_ENVIRONMENT", "prod", "AFTERCART_ENVIRONMENT: .*'production'"),
        ("AFTERCART_LOG__LEVEL", "LOUD", "AFTERCART_LOG__LEVEL"),
    ],
)
def test_wrong_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str, complaint: str) -> None:
    """A mistyped setting is named by its variable, with what was expected."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=complaint):
        load_settings()


def test_empty_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """`TEMPORAL_CLI= make demo` uses the binary that comes with us."""
    monkeypatch.setenv("TEMPORAL_CLI", "")
    monkeypatch.setenv("AFTERCART_API__PORT", "")

    assert load_settings().temporal_cli is None
    assert load_settings().api.port == 8000


def test_handed_to_children(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each process of the stack runs with exactly the settings of the one that started it."""
    settings = load_settings(
        data_dir=tmp_path,
        encryption={"keys": {"a": KEY}, "active_key": "a"},
        warehouse={"addresses": {"north": {"street1": "1 Dock Road", "city": "Leith", "country": "GB"}}},
        temporal_cli=Path("/opt/temporal"),
    )
    for name, value in as_environment(settings).items():
        monkeypatch.setenv(name, value)

    assert load_settings() == settings


@pytest.mark.usefixtures("production")
def test_secrets_stay_secret() -> None:
    """What `aftercart settings` or a log shows of the settings contains no secret, but the database is recognisable."""
    settings = load_settings()
    shown = {variable.name: masked(settings, variable) for variable in variables()}

    for text in (*shown.values(), repr(settings)):
        assert not any(secret in text for secret in ("s3cret", "sk_live_1", "whsec_1", "EZAK1", KEY))
    assert shown["AFTERCART_DATABASE_URL"] == "postgresql+psycopg://shop:(set)@db.internal/aftercart"
    assert shown["AFTERCART_STRIPE__SECRET_KEY"] == "(set)"


def test_every_setting_described() -> None:
    """An operator finds a sentence for each variable."""
    assert [variable.name for variable in variables() if len(variable.description) < 10] == []


def test_settings_do_not_change(tmp_path: Path) -> None:
    """Nothing alters the settings of a running process."""
    with pytest.raises(ValueError, match="frozen"):
        Settings(data_dir=tmp_path).__setattr__("database_url", SecretStr("sqlite:///other.db"))
