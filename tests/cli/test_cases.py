"""An engineer sees one case on one page, what arrived for it, what Temporal has of it, and whether it would run alike."""

from __future__ import annotations

import asyncio
import base64
import json
from pathlib import Path

import pytest

from cli.ports import free_ports
from domain.cases import CaseRef, EventKind, EventOutcome
from domain.returns.case import ReturnRequest
from records.models import ReturnClaim
from tests.builders import ASKED, MERCHANT, STOREFRONT, a_policy, a_return_line, an_order, an_order_line
from tests.cli.commands import Ran, fresh_machine, run
from tests.workflows.fixtures import TEST_KEYS, env, house
from tests.workflows.house import House

__all__ = ["env", "fresh_machine", "house"]

RECORDED = Path(__file__).parents[1] / "replay" / "histories" / "returns-1" / "approved.json"
LABEL_BOOKED = "carriers.book_return_label"


@pytest.fixture(autouse=True)
def installation(fresh_machine: Path, house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line works on the records, the Temporal server and the keys of the shop of the test."""
    monkeypatch.setenv("AFTERCART_DATABASE_URL", f"sqlite:///{tmp_path}/records.db")
    monkeypatch.setenv("AFTERCART_TEMPORAL__ADDRESS", house.client.service_client.config.target_host)
    use_keys(monkeypatch, TEST_KEYS.keys["test"])


def use_keys(monkeypatch: pytest.MonkeyPatch, key: bytes) -> None:
    """Payloads are decrypted with this key alone."""
    monkeypatch.setenv("AFTERCART_ENCRYPTION__KEYS", json.dumps({"test": base64.b64encode(key).decode()}))
    monkeypatch.setenv("AFTERCART_ENCRYPTION__ACTIVE_KEY", "test")


async def cases(*arguments: str | Path) -> Ran:
    """`aftercart cases ...` has run; it has an event loop of its own, as every command has."""
    return await asyncio.to_thread(run, "cases", *arguments)


async def a_closed_return(house: House) -> CaseRef:
    """Asked for, scanned, received, inspected, approved and paid."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await house.decide(ref)
        await house.end(ref)
    return ref


async def test_show(house: House) -> None:
    """The page has state, waiting, goods, counts, money and timeline, and names no customer."""
    ref = await a_closed_return(house)

    shown = await cases("show", ref.rma.lower().replace("-", " "))

    assert shown.code == 0, shown.text
    for word in (ref.rma, "closed", "nothing, since", "restock", "99.00 GBP", "settled", "refund_settled"):
        assert word in shown.out
    for entry in house.records.reads.timeline(ref.merchant, ref.rma):
        assert entry.summary in shown.out
    customer = an_order().customer
    assert [word for word in (customer.name, customer.email, customer.address.street1) if word in shown.out] == []


async def test_show_a_case_that_waits(house: House) -> None:
    """Of an open case the page says until when it waits, and what comes next."""
    house.sell(an_order())
    async with house.open_for_business():
        ref = await house.ask_for()

    shown = await cases("show", ref.rma)

    progress = house.records.reads.return_case(ref.merchant, ref.rma).progress
    assert progress.deadline is not None
    assert f"{progress.deadline:%Y-%m-%d %H:%M} UTC (in " in shown.out
    assert progress.next_step in shown.out


async def test_same_number_in_two_shops(house: House) -> None:
    """Where two shops have a case of the same number, the engineer is asked which."""
    house.sell(an_order())
    ref = house.claim()
    house.records.put_policy("elsewhere", a_policy())
    house.records.put_order("elsewhere", an_order())
    claim = ReturnClaim(
        merchant="elsewhere",
        idempotency_key="first",
        body_hash="x",
        request=ReturnRequest(order_id="A-1001", lines=(a_return_line(),)),
        actor=STOREFRONT,
        requested_at=ASKED,
        claimed_at=ASKED,
    )
    house.records.claim_return(claim, new_rma=lambda: ref.rma)

    asked = await cases("show", ref.rma)
    assert (asked.code, f"--merchant with one of {MERCHANT}, elsewhere" in asked.err) == (1, True)
    assert "of elsewhere" in (await cases("show", ref.rma, "--merchant", "elsewhere")).out


@pytest.mark.parametrize("command", ["show", "events", "replay", "explain"])
@pytest.mark.parametrize(("rma", "reason"), [("2222-2222", "There is no case 2222-2222"), ("abc", "abc is no RMA")])
async def test_unknown_case(command: str, rma: str, reason: str) -> None:
    """A number that is no case is a sentence, whatever is asked about it."""
    found = await cases(command, rma)

    assert found.code == 1
    assert reason in found.err


async def test_events(house: House) -> None:
    """What arrived stands there with its outcome, and the run with every step, timer and end."""
    ref = await a_closed_return(house)

    told = await cases("events", ref.rma)

    assert told.code == 0, told.text
    for word in ("label_scanned", "item_received", "inspection_recorded", "approval_decided", "applied"):
        assert word in told.out
    for word in ("Pay out 1 (payments.refund)", "deadline: approval", "canceled", "awaiting_approval", "completed"):
        assert word in told.out


async def test_events_under_another_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the key the run is told as far as Temporal itself knows it, and says what is missing."""
    ref = await a_closed_return(house)
    use_keys(monkeypatch, bytes(32))

    told = await cases("events", ref.rma)

    assert told.code == 0, told.text
    assert "(encrypted with a key that is not here) (payments.refund)" in told.out


async def test_events_without_temporal(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """While Temporal is down the events of the case are still shown."""
    ref = await a_closed_return(house)
    monkeypatch.setenv("AFTERCART_TEMPORAL__ADDRESS", f"127.0.0.1:{free_ports(1)[0]}")

    told = await cases("events", ref.rma)

    assert "item_received" in told.out
    assert (told.code, "Temporal cannot be reached" in told.err) == (1, True)


async def test_events_of_a_case_that_never_started(house: House) -> None:
    """A case without a run says so instead of failing."""
    house.sell(an_order())
    ref = house.claim()
    house.keep(ref, EventKind.LABEL_SCANNED)

    told = await cases("events", ref.rma)

    assert told.code == 0, told.text
    assert "not told (0 tries)" in told.out
    assert "Temporal has no run" in told.out


async def test_replay(house: House, tmp_path: Path) -> None:
    """A run replays with the code that made it, from the server and from the file in which it was kept."""
    ref = await a_closed_return(house)
    kept = tmp_path / "history.json"

    replayed = await cases("replay", ref.rma, "--save", kept)

    assert (replayed.code, "replay alike" in replayed.out) == (0, True), replayed.text
    assert "replay alike" in (await cases("replay", "--file", kept)).out
    assert "authorized" not in kept.read_text()


async def test_replay_with_other_code(tmp_path: Path) -> None:
    """Where a run does not replay, the difference is named with the events in which it lies."""
    history = json.loads(RECORDED.read_text())
    (changed,) = [each for each in history["events"] if _activity(each) == LABEL_BOOKED]
    changed["activityTaskScheduledEventAttributes"]["activityType"]["name"] = "carriers.book_a_balloon"
    path = tmp_path / "history.json"
    path.write_text(json.dumps(history))

    replayed = await cases("replay", "--file", path)

    assert replayed.code == 1
    assert "book_a_balloon" in replayed.err + replayed.out
    first, last = replayed.out.rpartition("between events ")[2].strip().rstrip(".").split(" and ")
    assert int(first) < int(changed["eventId"]) <= int(last)


async def test_replay_what_is_no_history(tmp_path: Path) -> None:
    """A file that is no history, or none at all, is a sentence."""
    path = tmp_path / "history.json"
    path.write_text("{}")

    assert "Name a case" in (await cases("replay")).err
    assert "nowhere.json" in (await cases("replay", "--file", tmp_path / "nowhere.json")).err
    assert (await cases("replay", "--file", path)).code == 1


async def test_parked_events(house: House) -> None:
    """A parked event is listed with its reason, released by its id, and then no longer listed."""
    house.sell(an_order())
    ref = house.claim()
    event = house.keep(ref, EventKind.ITEM_RECEIVED)
    house.records.park_event(event.event_id, code="case_closed", detail="The return is closed.")

    listed = await asyncio.to_thread(run, "events", "parked")
    assert all(word in listed.out for word in (event.event_id, ref.rma, "item_received", "The return is closed."))
    assert "Nothing is parked" in (await asyncio.to_thread(run, "events", "parked", "--merchant", "elsewhere")).out

    released = await asyncio.to_thread(run, "events", "release", event.event_id)
    assert released.code == 0
    kept = house.records.reads.event(ref.merchant, event.event_id)
    assert kept is not None
    assert kept.answer is None or kept.answer.outcome is not EventOutcome.PARKED
    assert "Nothing is parked" in (await asyncio.to_thread(run, "events", "parked")).out
    assert (await asyncio.to_thread(run, "events", "release", event.event_id)).code == 1


async def test_news_of_which_nothing_follows(house: House) -> None:
    """Whoever looked at a parked event settles it with a note, once; the case shows it."""
    house.sell(an_order())
    ref = house.claim()
    event = house.keep(ref, EventKind.ITEM_RECEIVED)
    house.records.park_event(event.event_id, code="case_closed", detail="The return is closed.")
    settle = ("events", "dismiss", event.event_id, "--by", "sue", "--note")
    assert (await asyncio.to_thread(run, *settle, " ")).code == 1
    assert (await asyncio.to_thread(run, *settle, "sent on to the mill")).code == 0
    assert "Nothing is parked" in (await asyncio.to_thread(run, "events", "parked")).out
    assert house.timeline(ref)[-1] == "event.dismissed"
    assert (await asyncio.to_thread(run, *settle, "again")).code == 1


def _activity(event: dict[str, dict[str, dict[str, str]]]) -> str:
    return event.get("activityTaskScheduledEventAttributes", {}).get("activityType", {}).get("name", "")
