"""One replay as it is asked for on the command line: against a running system, or with one of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Table

from cli.demo_shop import DEMO_MERCHANT
from cli.failures import CommandFailed
from cli.first_start import keys_file as demo_keys_file
from cli.first_start import prepare
from cli.orders import load_orders
from cli.replay.asked import Asked
from cli.replay.callers import Callers
from cli.replay.figures import Figures
from cli.replay.leaks import Search, personal_values, search, watched_files
from cli.replay.player import Player
from cli.replay.run import read_asked, replay
from cli.replay.throwaway import throwaway_settings
from cli.supervision import running_stack
from config.settings import Settings
from domain.cases import Role
from domain.errors import UnknownOrder
from domain.orders import Order
from records.database import open_records

KEYS: TypeAdapter[dict[Role, str]] = TypeAdapter(dict[Role, str])
CALLING = {Role.STOREFRONT, Role.ADMIN, Role.WAREHOUSE, Role.SUPERVISOR, Role.AUDITOR, Role.FINANCE}


@dataclass
class Result:
    """What a replay found, and what is wrong with it."""

    figures: Figures
    leaks: Search | None = None
    faults: list[str] = field(default_factory=list)

    @property
    def summary(self) -> dict[str, Any]:
        """The figures as one JSON object."""
        found = (
            {"personal_values": self.leaks.values, "personal_data_found": len(self.leaks.found_in)}
            if self.leaks
            else {}
        )
        return {**self.figures.model_dump(mode="json"), **found, "faults": self.faults}


@dataclass(frozen=True)
class ReplayJob:
    """What is replayed, and how."""

    file: Path
    mapping: Path
    limit: int | None
    concurrency: int
    refuse_above: int | None
    console: Console

    def run(self, settings: Settings, address: str = "", keys_file: Path | None = None) -> Result:
        """Against the system at that address, by default the one of this installation. Raises CommandFailed."""
        keys = _read_keys(keys_file or demo_keys_file(settings))
        asked = read_asked(self.file, self.mapping, limit=self.limit)
        return self._played(asked, settings, keys, address or settings.api.address)

    def run_alone(self, orders: Path, orders_mapping: Path) -> Result:
        """With a system of its own that is gone afterwards; its folder stays when anything is wrong."""
        with throwaway_settings(self.console) as (settings, keep):
            asked = read_asked(self.file, self.mapping, limit=self.limit)
            load_orders(settings, orders, orders_mapping, merchant=DEMO_MERCHANT, console=self.console)
            with running_stack(settings, self.console):
                result = self._played(asked, settings, prepare(settings), settings.api.address)
            self._search(result, asked, settings)
            if result.faults:
                keep()
            return result

    def _played(self, asked: Asked, settings: Settings, keys: dict[Role, str], address: str) -> Result:
        provider, provider_key = str(settings.stripe.api_base), settings.stripe.secret_key.get_secret_value()
        with Callers(address, keys, provider=provider, provider_key=provider_key) as callers:
            callers.require_reachable()
            player = Player(callers, refuse_above=self.refuse_above)
            figures = replay(asked, callers, player, concurrency=self.concurrency, console=self.console)
            self.console.print(_table(figures), _profile(callers))
        return Result(figures, faults=list(_faults(figures)))

    def _search(self, result: Result, asked: Asked, settings: Settings) -> None:
        values = personal_values(_orders(settings, {each.order_id for each in asked.returns}))
        result.leaks = search(values, watched_files(settings.data_dir))
        control = search(values, [settings.data_dir / "aftercart.db"])
        if values and not control.found_in:
            result.faults.append("the search for personal data does not even find it in the order book")
        result.faults += [f"personal data in {path.name}" for path in result.leaks.found_in]


def _faults(figures: Figures) -> Iterable[str]:
    if figures.stuck:
        yield f"{figures.stuck} returns are stuck"
    if len({figures.refunded_minor, figures.ledger_minor, figures.provider_minor}) > 1:
        yield "refunds, ledger and provider differ"
    if "unexplained" in figures.differences_minor:
        yield "a difference has no cause"


def _orders(settings: Settings, order_ids: Iterable[str]) -> Iterable[Order]:
    records = open_records(settings.database_url.get_secret_value())
    try:
        for order_id in order_ids:
            try:
                yield records.reads.order(DEMO_MERCHANT, order_id).order
            except UnknownOrder:
                continue
    finally:
        records.close()


def _read_keys(path: Path) -> dict[Role, str]:
    try:
        keys = KEYS.validate_python(json.loads(path.read_text()))
    except (OSError, ValueError, ValidationError) as error:
        raise CommandFailed(f"{path} holds no API keys: {error}") from None
    if missing := sorted(CALLING - set(keys)):
        raise CommandFailed(f"{path} has no key for: {', '.join(missing)}")
    return keys


def _table(figures: Figures) -> Table:
    table = Table.grid(padding=(0, 2))
    for name, value in figures.model_dump().items():
        if isinstance(value, dict):
            for inner, count in value.items():
                table.add_row(f"{name.replace('_', ' ')}: {inner}", str(count))
        else:
            table.add_row(name.replace("_", " "), str(value))
    return table


def _profile(callers: Callers) -> Table:
    table = Table("call", "times", "seconds each", box=None, padding=(0, 2))
    for what, times in callers.calls.most_common():
        table.add_row(what, str(times), f"{callers.seconds[what] / times:.3f}")
    return table
