"""Every history that a released version left behind still replays with today's code."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from adapters.encryption import ENCODING, encrypting_converter
from tests.replay.ahead_stories import AHEAD_STORIES
from tests.replay.claim_stories import CLAIM_STORIES
from tests.replay.exchange_stories import EXCHANGE_STORIES
from tests.replay.giving_back_stories import GIVING_BACK_STORIES
from tests.replay.label_stories import LABEL_STORIES
from tests.replay.shipment_stories import SHIPMENT_STORIES
from tests.replay.stories import STORIES as RETURN_STORIES
from tests.replay.stories import Story
from tests.workflows.fixtures import TEST_KEYS
from tests.workflows.house import House
from worker import PASSED_THROUGH, WORKFLOWS

HISTORIES = Path(__file__).with_name("histories")
RECORDED = sorted(HISTORIES.glob("*/*.json"))

# `AFTERCART_RECORD=returns-2 .venv/bin/pytest tests/replay -k "not replacement"` writes a new generation beside the old ones, which stay for ever.
RECORD_AS = os.environ.get("AFTERCART_RECORD", "")

# The server's own word on an activity that was called off between two tries: "ACTIVITY_ID_NOT_STARTED".
SAID_BY_THE_SERVER = base64.b64encode(b'"ACTIVITY_ID_NOT_STARTED"').decode()

STORIES = (
    *RETURN_STORIES,
    *AHEAD_STORIES,
    *SHIPMENT_STORIES,
    *CLAIM_STORIES,
    *EXCHANGE_STORIES,
    *GIVING_BACK_STORIES,
    *LABEL_STORIES,
)

REPLAYER = Replayer(
    workflows=WORKFLOWS,
    data_converter=encrypting_converter(TEST_KEYS),
    workflow_runner=SandboxedWorkflowRunner(restrictions=PASSED_THROUGH),
)


def encodings_outside_search_attributes(part: Any) -> Iterator[str]:
    """How each payload of a history is encoded; search attributes and markers of patches are plain: ids, states, names."""
    if isinstance(part, list):
        for item in part:
            yield from encodings_outside_search_attributes(item)
    if isinstance(part, dict):
        if "encoding" in part.get("metadata", {}) and part.get("data", SAID_BY_THE_SERVER) != SAID_BY_THE_SERVER:
            yield base64.b64decode(part["metadata"]["encoding"]).decode()
        for name, item in part.items():
            if name not in ("searchAttributes", "markerRecordedEventAttributes"):
                yield from encodings_outside_search_attributes(item)


def test_there_are_histories_to_replay() -> None:
    """At least one of each story."""
    assert {path.stem for path in RECORDED} >= {story.__name__ for story in STORIES}


def read_history(path: Path) -> WorkflowHistory:
    """The history in a file; the workflow id is not part of it and does not matter to a replay."""
    return WorkflowHistory.from_json(path.stem, path.read_text())


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: f"{path.parent.name}/{path.stem}")
async def test_a_recorded_history_replays(path: Path) -> None:
    """A case that began under older code goes on under today's."""
    result = await REPLAYER.replay_workflow(read_history(path))
    assert result.replay_failure is None


def write_history(path: Path, text: str) -> None:
    """The history is on record for all later versions."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
async def test_what_runs_today_replays_and_holds_nothing_in_clear(house: House, story: Story) -> None:
    """The story as it runs now replays, and its history holds neither name, e-mail nor address."""
    async with house.open_for_business():
        ref = await story(house)
        history = await house.handle(ref).fetch_history()
    text = history.to_json()
    assert not [word for word in ("Ada Sample", "ada@shop.example", "Example Street") if word in text]
    assert set(encodings_outside_search_attributes(json.loads(text))) <= {ENCODING.decode()}
    if RECORD_AS:
        write_history(HISTORIES / RECORD_AS / f"{story.__name__}.json", text)
    await REPLAYER.replay_workflow(WorkflowHistory.from_json(ref.workflow_id, text))
