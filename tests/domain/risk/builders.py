"""Accounts and entries of lists as tests of abuse signals need them."""

from __future__ import annotations

from typing import Any

from domain.policies import AbuseRules, Policy, Signal
from domain.risk.models import Listing, ListKind
from tests.builders import ASKED, SUPERVISOR, a_policy


def a_listing(kind: ListKind, *, signal: Signal | None = None, **changes: Any) -> Listing:
    """An entry that a supervisor made, without an end."""
    values: dict[str, Any] = {
        "listing_id": f"lst_{kind}",
        "account": "c-1",
        "reason": "spoke with them",
        "made_by": SUPERVISOR,
        "made_at": ASKED,
    }
    return Listing(kind=kind, signal=signal, **(values | changes))


def a_watchful_policy(**switched: Any) -> Policy:
    """The policy that comes with Aftercart, with these signals on."""
    rules = {name: {"on": True, **rule} if isinstance(rule, dict) else rule for name, rule in switched.items()}
    return a_policy(abuse=AbuseRules.model_validate(rules))
