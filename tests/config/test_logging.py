"""A log line is an event with keys that a machine can read, and names no customer."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from config.groups import Log, LogFormat
from config.logging import configure_logging
from config.redaction import redact
from config.settings import Settings


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """The test leaves the logging of the test run as it found it."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


@pytest.fixture
def production(tmp_path: Path) -> Settings:
    """Settings under which a process logs for machines."""
    return Settings(data_dir=tmp_path, log=Log(format=LogFormat.JSON, level="INFO"))


def logged(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What the process has logged, one dictionary per line."""
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_event_with_keys(production: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line says when, how grave, by which process, what happened, and to which case."""
    configure_logging(production, process="worker")
    structlog.get_logger("records").info("return.opened", case_id="c1", merchant="acme")

    [line] = logged(capsys)
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "return.opened",
        "level": "info",
        "logger": "records",
        "process": "worker",
        "case_id": "c1",
        "merchant": "acme",
    }


def test_libraries_log_the_same_way(production: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """What a library writes has the same shape, its extra fields included."""
    configure_logging(production, process="worker")
    logging.getLogger("temporalio.worker").warning("worker is %s", "slow", extra={"task_queue": "aftercart"})

    [line] = logged(capsys)
    assert (line["event"], line["level"], line["logger"]) == ("worker is slow", "warning", "temporalio.worker")
    assert line["task_queue"] == "aftercart"


def test_context_of_the_request(production: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """All lines of one request carry its id."""
    configure_logging(production, process="worker")
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger().info("return.quoted")
        logging.getLogger("library").info("something")

    assert [line["request_id"] for line in logged(capsys)] == ["r1", "r1"]


def test_quiet_below_the_level(production: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """The chatter of libraries and debug lines do not fill the disk."""
    configure_logging(production, process="worker")
    structlog.get_logger().debug("step.detail")
    logging.getLogger("stripe").info("Request to Stripe api")

    assert logged(capsys) == []


def test_error_names_no_customer(production: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    """A stack trace that quotes an e-mail address is stored without it."""
    configure_logging(production, process="worker")
    try:
        raise ValueError("no mailbox jane.doe@example.com")
    except ValueError:
        structlog.get_logger().exception("message.failed")

    [line] = logged(capsys)
    assert "ValueError: no mailbox [redacted]" in line["exception"]
    assert "jane" not in str(line)


def test_pretty(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On a terminal a person reads the line without decoding JSON."""
    configure_logging(Settings(data_dir=tmp_path, log=Log(format=LogFormat.PRETTY, level="INFO")), process="api")

    structlog.get_logger().info("return.opened", rma="R-1")

    assert "return.opened" in (line := capsys.readouterr().err)
    assert not line.startswith("{")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param({"email": "a@b.example"}, {"email": "[redacted]"}, id="by key"),
        pytest.param({"to": ["x", "Jo <jo@b.example>"]}, {"to": ["x", "Jo <[redacted]>"]}, id="by look, in a list"),
        pytest.param({"order": {"address": {"city": "Bath"}}}, {"order": {"address": "[redacted]"}}, id="deep inside"),
        pytest.param({"note": "4242 4242 4242 4242"}, {"note": "[redacted]"}, id="card in groups"),
        pytest.param({"note": "card 4242424242424242."}, {"note": "card [redacted]."}, id="card"),
        pytest.param({"ean": "4006381333931"}, {"ean": "4006381333931"}, id="article number is no card"),
        pytest.param({"amount_minor": 1234567890123456}, {"amount_minor": 1234567890123456}, id="amount"),
        pytest.param({"workflow_id": "return:acme:R-1"}, {"workflow_id": "return:acme:R-1"}, id="case"),
        pytest.param({"error": ValueError("a@b.example")}, {"error": "ValueError('[redacted]')"}, id="exception"),
    ],
)
def test_redaction(given: dict[str, Any], kept: dict[str, Any]) -> None:
    """Should a personal detail slip into a log call, it does not reach the file; what identifies a case does."""
    assert redact(None, "info", given) == kept
