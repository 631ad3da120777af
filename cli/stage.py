"""What every story of the walk-through does: sells an order, waits for a state, says what happens, shows what is on record."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from cli.demo_shop import CURRENCY, DEMO_MERCHANT, ORDER_TOTAL_MINOR, demo_order
from cli.failures import WalkThroughFailed
from cli.players import Players
from config.settings import Settings
from domain.cases import CaseKind, CaseRef, Role
from domain.money import Money

POLL_SECONDS = 0.1
CLOSES_WITHIN_SECONDS = 30.0


class Stage:
    """Where the players act and the console tells of it."""

    def __init__(self, players: Players, settings: Settings, console: Console) -> None:
        self.players = players
        self.console = console
        self._settings = settings

    def say(self, who: str, what: str) -> None:
        """One line of the story."""
        self.console.print(f"[bold cyan]{who:>10}[/]  {what}", highlight=False, soft_wrap=True)

    def sell(self, order_id: str, *, delivered: datetime, now: datetime) -> None:
        """The customer has paid for a lamp and two mugs, and got them."""
        reference = self.players.capture(ORDER_TOTAL_MINOR, CURRENCY)
        order = demo_order(order_id, reference=reference, delivered=delivered)
        self.players.call(Role.STOREFRONT, "PUT", f"/v1/orders/{order_id}", order, expect=201)
        days = (now - delivered).days
        self.say(
            "storefront", f"sends order {order_id}: {money(ORDER_TOTAL_MINOR)} paid by card, delivered {days} days ago"
        )

    def reach(self, case: str, wanted: str) -> dict[str, Any]:
        """The case under that address as soon as it is in the wanted state, read back over the API."""
        give_up = time.monotonic() + CLOSES_WITHIN_SECONDS
        while True:
            found = self.players.call(Role.AGENT, "GET", case)
            if found["state"] == wanted:
                return found
            if time.monotonic() > give_up:
                raise WalkThroughFailed(f"{case} is {found['state']}, not {wanted}: {found['next_step']}")
            time.sleep(POLL_SECONDS)

    def show_record(self, case: str, kind: CaseKind) -> None:
        """Timeline and ledger of the case under that address, and where its run is in the Temporal UI."""
        rma = case.rsplit("/", 1)[1]
        timeline = self.players.call(Role.AGENT, "GET", f"{case}/timeline")
        table = _table(f"Timeline of {kind} {rma}", "at (UTC)", "who", "what")
        for entry in timeline["entries"]:
            at = datetime.fromisoformat(entry["at"])
            table.add_row(f"{at:%H:%M:%S}", entry["actor"]["name"], entry["summary"])
        self.console.print(table)
        ledger = self.players.call(Role.FINANCE, "GET", f"{case}/ledger")
        table = _table(f"Ledger of {kind} {rma}", "kind", "amount", "provider's reference")
        for entry in ledger["entries"]:
            table.add_row(entry["kind"], money(entry["amount_minor"]), entry["provider_reference"])
        self.console.print(table)
        ref = CaseRef(merchant=DEMO_MERCHANT, rma=rma, kind=kind)
        run = f"{self._settings.temporal.ui_address}/namespaces/{self._settings.temporal.namespace}"
        self.console.print(f"The run in the Temporal UI: {run}/workflows/{ref.workflow_id}", soft_wrap=True)


def money(minor: int) -> str:
    """An amount of the demo shop in words."""
    return str(Money(minor=minor, currency=CURRENCY))


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2))
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
