"""All scenarios, in the order of their ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.scenarios import (
    claims,
    eligibility,
    exceptions,
    exchanges,
    gifts,
    giving_back,
    ledger,
    once,
    payments,
    policies,
    refunds,
    returns,
    shipping,
    taxes,
    waiting,
)
from tests.scenarios.catalogue import CATALOGUE, Scenario

PAGES = (
    refunds,
    taxes,
    shipping,
    payments,
    eligibility,
    policies,
    exceptions,
    returns,
    exchanges,
    giving_back,
    gifts,
    once,
    ledger,
    claims,
    waiting,
)

# The collection that the scenarios were retold from; it lies beside the project where somebody checks us against it.
COLLECTION = Path(__file__).parents[3] / "shared" / "scenarios" / "cases.json"


def all_scenarios() -> tuple[Scenario, ...]:
    """Every scenario that a page of `PAGES` lists."""
    return tuple(CATALOGUE[name] for name in sorted(CATALOGUE))


def load_collection() -> dict[str, dict[str, Any]] | None:
    """The original cases by id, or None where the collection is not at hand."""
    if not COLLECTION.exists():
        return None
    return {case["id"]: case for case in json.loads(COLLECTION.read_text(encoding="utf-8"))}
