"""The compose file: valid, every setting known, every service bounded, watched and without needless rights."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.environment import as_environment, variables
from config.settings import load_settings
from workflows import options

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "api", "worker", "dispatch", "sandbox")
ONCE = ("migrate", "temporal-schema", "temporal-namespace")
EXAMPLE = (ROOT / "deploy" / "example.env").read_text()


def program(name: str) -> str:
    """A command that came with the tools, beside our interpreter."""
    return str(Path(sys.executable).with_name(name))


def test_the_compose_file_is_valid() -> None:
    """By the published schema of compose files."""
    command = [program("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


def test_the_dockerfile_is_sound() -> None:
    """By the rules of a Dockerfile linter."""
    checked = subprocess.run([program("hadolint"), "deploy/Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded_and_watched(name: str) -> None:
    """Limits on processor and memory; a health check, or an end after which others start; a restart."""
    service = SERVICES[name]
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory"}
    assert name in ONCE or "healthcheck" in service
    assert service["restart"]


@pytest.mark.parametrize("name", OURS)
def test_our_processes_have_no_needless_rights(name: str) -> None:
    """Not root, nothing to write to but their own folder, no capability."""
    service = SERVICES[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]


@pytest.mark.parametrize("name", [name for name, service in SERVICES.items() if "ports" in service])
def test_ports_are_published_on_this_machine_alone(name: str) -> None:
    """Whoever wants them on a network puts a proxy with TLS before them."""
    assert all(port.startswith("127.0.0.1:") for port in SERVICES[name]["ports"])


def test_the_temporal_ui_only_shows() -> None:
    """Approvals come through the API, so the UI can neither signal nor start."""
    assert SERVICES["temporal-ui"]["environment"]["TEMPORAL_DISABLE_WRITE_ACTIONS"] == "true"


def test_every_setting_that_is_named_exists() -> None:
    """A misspelt variable would silently do nothing."""
    known = {variable.name for variable in variables()}
    named = set(re.findall(r"AFTERCART_[A-Z_]+", EXAMPLE))
    for service in SERVICES.values():
        named |= {name for name in service.get("environment", {}) if name.startswith("AFTERCART_")}
    assert named - known == set()


def test_the_example_is_a_complete_production_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the example's values and the compose file's own, production starts without a complaint."""
    for variable in as_environment(load_settings()):
        monkeypatch.delenv(variable, raising=False)
    given = dict(line.split("=", 1) for line in EXAMPLE.splitlines() if line and not line.startswith("#"))
    for name, value in (given | SERVICES["api"]["environment"]).items():
        monkeypatch.setenv(name, value)
    assert load_settings().environment == "production"


def test_the_namespace_gets_the_search_attributes_that_workflows_set() -> None:
    """An unknown one would stop every workflow."""
    script = (ROOT / "deploy" / "temporal" / "namespace.sh").read_text()
    assert [key.name for key in options.SEARCH_ATTRIBUTES if key.name not in script] == []
