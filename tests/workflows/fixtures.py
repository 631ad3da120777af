"""One time-skipping server for the session, fresh records for each test."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio.testing import TimeSkippingConfig, WorkflowEnvironment

from adapters.encryption import encrypting_converter
from cli.temporal_server import temporal_binary
from config.keys import KeyRing
from config.settings import load_settings
from records.database import open_records
from records.schema import migrate
from tests.builders import MERCHANT, a_policy
from tests.workflows.house import House
from workflows import options

TEST_KEYS = KeyRing(active="test", keys={"test": base64.b64decode("dGVzdC1rZXktdGVzdC1rZXktdGVzdC1rZXktMTIzNDU=")})


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def env() -> AsyncIterator[WorkflowEnvironment]:
    """The real development server; virtual time is per workflow and moves only when a test says so."""
    async with await WorkflowEnvironment.start_time_skipping_v2(
        ts_config=TimeSkippingConfig(enabled=False),
        dev_server_existing_path=temporal_binary(load_settings()),
        data_converter=encrypting_converter(TEST_KEYS),
        search_attributes=options.SEARCH_ATTRIBUTES,
        dev_server_extra_args=["--dynamic-config-value", "frontend.WorkflowTimeSkippingEnabled=true"],
    ) as server:
        yield server


@pytest.fixture
def house(env: WorkflowEnvironment, tmp_path: Path) -> House:
    """A shop with the default policy and no orders."""
    address = f"sqlite:///{tmp_path}/records.db"
    migrate(address)
    records = open_records(address)
    records.put_policy(MERCHANT, a_policy())
    return House(records=records, env=env)
