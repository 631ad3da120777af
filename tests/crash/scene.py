"""A stack whose providers are reached through the gate, and what a return left behind in all three places."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest

from cli.first_start import DEMO_MERCHANT, DemoKeys, prepare
from cli.parts import Part
from cli.ports import free_ports
from cli.processes import python
from cli.stack import Stack
from config.settings import Settings, load_settings
from records.database import open_records
from tests.crash.gate import Gate, Hold, Point, serving
from tests.crash.story import PRICE_MINOR, STEPS, Player

HELD_WITHIN_SECONDS = 60.0


@dataclass
class Scene:
    """The stack, its gate, and players for as many orders as asked for."""

    stack: Stack
    gate: Gate
    keys: DemoKeys

    def player(self, order_id: str) -> Player:
        """A player whose order is sold and paid at the provider."""
        payment = {"amount": PRICE_MINOR, "currency": "gbp"}
        made = self._sandbox("POST", "/_control/stripe/payments", json=payment)
        player = Player(self.stack.settings.api.address, self.keys, order_id, payment=made["id"])
        player.sell()
        return player

    def traces(self, player: Player) -> dict[str, Any]:
        """What is left of a return in the case view, the ledger and at the providers, without ids and times."""
        return {
            "view": _without_names(player.view()),
            "ledger": [(entry["kind"], entry["amount_minor"]) for entry in player.ledger() if _is_money(entry)],
            "provider": self._provider_state(player),
        }

    def points_by_step(self, order_id: str) -> dict[str, list[Point]]:
        """Where an undisturbed return passes the gate, by the step of the story that leads there."""
        player, found, seen = self.player(order_id), {}, 0
        for step in STEPS:
            player.play(step)
            player.settle(step)
            found[step] = self.gate.passed[order_id][seen:]
            seen = len(self.gate.passed[order_id])
        return found

    def kill_at(self, victim: Part, plan: dict[str, tuple[str, Point]]) -> list[Player]:
        """By order id: a return is brought to its step and held at its point; then the victim dies and comes back.

        The returns have ended when this returns. What was held on its way to a dead process is lost.
        """
        with ThreadPoolExecutor(len(plan)) as threads:
            players = list(threads.map(self.player, plan))
            list(threads.map(lambda player: _bring_before(player, plan[player.order_id][0]), players))
            holds = [self.gate.hold(order_id, point) for order_id, (_, point) in plan.items()]
            ends = [threads.submit(_play_from, player, plan[player.order_id][0]) for player in players]
            _await_all(holds)
            self.gate.drop_held = victim in (Part.WORKER, Part.SANDBOX)
            self.stack.kill(victim)
            for hold in holds:
                hold.released.set()
            self.stack.restart(victim)
            for end in ends:
                end.result()
        return players

    def _provider_state(self, player: Player) -> dict[str, Any]:
        state = self._sandbox("GET", "/_control/state")
        refunds = [refund for refund in state["refunds"] if refund["payment_intent"] == player.payment]
        labels = [shipment for shipment in state["shipments"] if player.rma in str(shipment["reference"])]
        moved = [disposition for disposition in state["dispositions"] if player.rma in str(disposition)]
        return {
            "refunds": [(refund["amount"], refund["status"]) for refund in refunds],
            "labels": sum(shipment["postage_label"] is not None for shipment in labels),
            "dispositions": len(moved),
        }

    def _sandbox(self, method: str, path: str, **body: Any) -> Any:
        with httpx2.Client(base_url=self.stack.settings.sandbox.address, trust_env=False) as client:
            answer = client.request(method, path, **body)
            assert answer.status_code < 300, answer.text
            return answer.json()


@contextmanager
def a_scene(folder: Path) -> Iterator[Scene]:
    """The whole system, its worker at the gate, in a folder of its own on free ports."""
    settings = _settings(folder)
    records = open_records(settings.database_url.get_secret_value())

    def order_of(rma: str) -> str:
        return records.reads.return_case(DEMO_MERCHANT, rma).case.order_id

    gate = Gate(settings.sandbox.address, order_of)
    with serving(gate) as address, pytest.MonkeyPatch.context() as environment:
        environment.setenv("CRASH_GATE", address)
        at_gate = _through(settings, address)
        with Stack(at_gate, commands={Part.WORKER: python("-m", "tests.crash.worker_at_gate")}) as stack:
            yield Scene(stack, gate, prepare(at_gate))
    records.close()


def _settings(folder: Path, **changes: Any) -> Settings:
    temporal, ui, sandbox, api = free_ports(4)
    return load_settings(
        data_dir=folder,
        temporal={"address": f"127.0.0.1:{temporal}", "ui_address": f"http://127.0.0.1:{ui}"},
        sandbox={"port": sandbox},
        api={"port": api},
        **changes,
    )


def _through(settings: Settings, gate: str) -> Settings:
    """The same, with every provider behind the gate."""
    return load_settings(
        data_dir=settings.data_dir,
        temporal=settings.temporal,
        sandbox=settings.sandbox,
        api=settings.api,
        stripe={"api_base": f"{gate}/stripe"},
        easypost={"api_base": f"{gate}/easypost/v2"},
        warehouse={"base_url": f"{gate}/warehouse"},
    )


def _bring_before(player: Player, step: str) -> None:
    for earlier in STEPS[: STEPS.index(step)]:
        player.play(earlier)
        player.settle(earlier)


def _play_from(player: Player, step: str) -> None:
    for later in STEPS[STEPS.index(step) :]:
        player.play(later)
        player.settle(later)


def _await_all(holds: list[Hold]) -> None:
    give_up = time.monotonic() + HELD_WITHIN_SECONDS
    for hold in holds:
        assert hold.reached.wait(max(0.0, give_up - time.monotonic())), f"no return came to the point: {hold.point}"


def _is_money(entry: dict[str, Any]) -> bool:
    """Intents and outcomes; how often the provider was asked in between is told by the others, and may differ."""
    return entry["kind"] not in ("refund_sent", "refund_unknown")


# Unlike in every run. That something has a time, or has none yet, is compared.
NAMES = {"rma", "order_id", "event_id", "tracking_number", "url", "provider_reference"}
TIMES = {"at", "since", "deadline"}


def _without_names(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _compared(name, value) for name, value in part.items() if name not in NAMES}
    return [_without_names(item) for item in part] if isinstance(part, list) else part


def _compared(name: str, value: Any) -> Any:
    if name in TIMES or name.endswith("_at"):
        return value is not None
    return _without_names(value)
