"""What a fresh installation needs before anybody can call it: a policy, a key for each role, webhooks that arrive."""

from __future__ import annotations

import json
import os
from pathlib import Path

from cli.demo_shop import DEMO_MERCHANT as DEMO_MERCHANT
from cli.sandbox_webhooks import send_carrier_news, send_to_api, send_warehouse_news
from config.policies import DEMO, load_policy
from config.settings import Settings
from domain.cases import Actor, Role
from records.database import SqlRecords, open_records

KEYS_FILE = "demo-keys.json"
DEMO_ROLES = (
    Role.STOREFRONT,
    Role.WAREHOUSE,
    Role.AGENT,
    Role.SUPERVISOR,
    Role.FINANCE,
    Role.AUDITOR,
    Role.ADMIN,
)

DemoKeys = dict[Role, str]


def prepare(settings: Settings) -> DemoKeys:
    """The demo merchant has a policy and a key for each role; both are made once and found again.

    The database is migrated. Keys stay readable to the owner of the data folder, in `demo-keys.json`. The sandbox runs,
    where it plays Stripe and the warehouse, and sends their news to our API from now on.
    """
    send_to_api(settings)
    send_carrier_news(settings)
    records = open_records(settings.database_url.get_secret_value())
    try:
        records.put_policy(DEMO_MERCHANT, load_policy(DEMO))
        keys = _demo_keys(records, keys_file(settings))
        send_warehouse_news(settings, key=keys[Role.WAREHOUSE])
        return keys
    finally:
        records.close()


def keys_file(settings: Settings) -> Path:
    """Where the demo keys are kept."""
    return settings.data_dir / KEYS_FILE


def _demo_keys(records: SqlRecords, path: Path) -> DemoKeys:
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    keys = {}
    for role in DEMO_ROLES:
        actor = Actor(name=f"demo-{role}", role=role)
        keys[role], _ = records.add_api_key(DEMO_MERCHANT, actor, key=known.get(role))
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({str(role): key for role, key in keys.items()}, file, indent=2)
    draft.replace(path)
    return keys
