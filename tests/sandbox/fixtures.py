"""Fixtures for every test that talks to a sandbox."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.server import SandboxServer, running_sandbox


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    """One server for the whole run."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox") / "sandbox.db") as running:
        yield running


@pytest.fixture
def sandbox(sandbox_process: SandboxServer) -> SandboxServer:
    """The server as new."""
    sandbox_process.clear()
    return sandbox_process
