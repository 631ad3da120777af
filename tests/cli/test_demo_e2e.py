"""The whole system after three returns: the doctor finds it well, and nothing personal has left the order book."""

from __future__ import annotations

import io
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from cli.demo_shop import DEMO_MERCHANT
from cli.first_start import prepare
from cli.parts import Part
from cli.players import Players
from cli.replay.leaks import search, watched_files
from cli.stack import Stack
from cli.stage import money
from cli.temporal_server import temporal_binary
from cli.walkthrough import WalkThrough
from config.environment import as_environment
from config.settings import Settings
from domain.cases import CaseKind, CaseRef, Role
from tests.cli.commands import run
from tests.cli.conftest import settings_on_free_ports

pytestmark = pytest.mark.e2e

# The customer of the walk-through.
PERSONAL = {"Sam Example", "sam@example.com", "1 High Street"}
WITHIN_SECONDS = 20.0


@dataclass(frozen=True)
class Evening:
    """The system on which the walk-through was played twice, who played, and what was told the second time."""

    stack: Stack
    players: Players
    told: str

    @property
    def settings(self) -> Settings:
        """Those of the system."""
        return self.stack.settings

    def read(self, role: Role, path: str) -> dict[str, Any]:
        """What the API says there."""
        return self.players.call(role, "GET", path)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    """The whole system; a second walk-through on the same data is as good as the first."""
    settings = settings_on_free_ports(tmp_path_factory.mktemp("data"))
    with Stack(settings) as stack:
        for again in (False, True):
            told = io.StringIO()
            with Players(settings, prepare(settings)) as players:
                WalkThrough(players, settings, Console(file=told, width=200)).play()
                if again:
                    yield Evening(stack, players, told.getvalue())


@pytest.fixture(autouse=True)
def this_installation(played: Evening, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the system of the test."""
    for name, value in as_environment(played.settings).items():
        monkeypatch.setenv(name, value)


def test_the_exchange(played: Evening) -> None:
    """The customer has paid the difference once, holds the large mug, and the small one is used up on the order."""
    newest = played.read(Role.AGENT, "/v1/exchanges")["returns"][0]
    exchange = played.read(Role.AGENT, f"/v1/exchanges/{newest['rma']}")
    (swap,), (shipment,) = exchange["exchange"]["lines"], exchange["exchange"]["shipments"]
    assert (exchange["state"], exchange["exchange"]["fallback"]) == ("exchanged", None)
    (paid,) = played.read(Role.STOREFRONT, f"/v1/collections?order_id={exchange['order_id']}")["collections"]
    assert paid["captured_minor"] == swap["new_minor"] - swap["value_minor"] > 0
    ledger = played.read(Role.FINANCE, f"/v1/exchanges/{newest['rma']}/ledger")["entries"]
    assert [each["amount_minor"] for each in ledger if each["kind"] == "capture"] == [paid["captured_minor"]]
    assert played.read(Role.AGENT, f"/v1/replacement_shipments/{shipment['number']}")["state"] == "delivered"
    lines = played.read(Role.AGENT, f"/v1/orders/{exchange['order_id']}")["order"]["lines"]
    assert [each["sku"] for each in lines if each.get("added_by") == newest["rma"]] == ["MUG-BLUE-L"]


def test_what_is_told(played: Evening) -> None:
    """Amounts, timeline, ledger and the run's address are those of the newest exchange."""
    newest = played.read(Role.AGENT, "/v1/exchanges")["returns"][0]["rma"]
    exchange = played.read(Role.AGENT, f"/v1/exchanges/{newest}")["exchange"]
    ref = CaseRef(merchant=DEMO_MERCHANT, rma=newest, kind=CaseKind.EXCHANGE)
    for said in (
        f"the customer pays {money(exchange['customer_pays_minor'])}",
        f"Timeline of exchange {newest}",
        "The exchange ended as exchanged.",
        f"Ledger of exchange {newest}",
        f"/workflows/{ref.workflow_id}\n",
    ):
        assert said in played.told, played.told
    operator = [temporal_binary(played.settings), "workflow", "describe", "--workflow-id", ref.workflow_id]
    found = subprocess.run(
        [*operator, "--address", played.settings.temporal.address, "-o", "json"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert json.loads(found.stdout)["workflowExecutionInfo"]["status"] == "WORKFLOW_EXECUTION_STATUS_COMPLETED"


def test_doctor(played: Evening) -> None:
    """A system that works is green throughout, and every part of it was looked at."""
    give_up = time.monotonic() + WITHIN_SECONDS
    while (looked := run("doctor", "--json")).code and time.monotonic() < give_up:
        time.sleep(0.5)

    found = json.loads(looked.out)
    assert (looked.code, found["level"]) == (0, "green"), looked.out
    assert {each["area"] for each in found["findings"]} == {"database", "dispatch", "work", "temporal"}
    assert "green" in run("doctor").out


def test_nothing_personal(played: Evening) -> None:
    """Neither a log nor Temporal's database holds the customer's name, e-mail or street; the order book does."""
    data_dir = played.settings.data_dir
    watched = watched_files(data_dir)

    assert {f"{part}.log" for part in Part} | {"temporal.db"} <= {path.name for path in watched}
    assert search(PERSONAL, watched).found_in == ()
    for value in PERSONAL:
        assert search({value}, sorted(data_dir.glob("aftercart.db*"))).found_in, value
