"""Whatever goes wrong is answered by a problem document that a person can act on."""

from __future__ import annotations

import html
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.testclient import TestClient

from api import errors, problems
from api.errors import ApiProblem, retry_after
from api.problems import PROBLEMS
from api.requests import RequestFrame
from domain import errors as domain_errors
from domain.cases import Role
from domain.errors import AftercartError, OutcomeUnknown, Unavailable, UnknownCase, UnknownOrder, UnknownPolicy
from tests.api.house import House, problem_of
from tests.fakes.clock import FakeClock

GUIDE = Path(__file__).parents[2] / "docs" / "api.md"


def answer_to(error: Exception) -> Any:
    """What a caller gets whose request ended in that error."""
    app = FastAPI()
    errors.install(app)
    app.add_middleware(RequestFrame, clock=FakeClock())

    @app.get("/")
    def fail() -> None:
        raise error

    return TestClient(app, raise_server_exceptions=False).get("/")


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        (UnknownOrder("no order"), "order-not-found"),
        (UnknownCase("no case"), "return-not-found"),
        (UnknownPolicy("no policy"), "policy-missing"),
        (Unavailable("the database is away", retry_after=timedelta(seconds=30)), "unavailable"),
        (OutcomeUnknown("who knows"), "outcome-pending"),
        (ApiProblem(problems.FORBIDDEN), "forbidden"),
        (RequestValidationError([]), "invalid-request"),
        (ZeroDivisionError("oops"), "internal-error"),
    ],
)
def test_mapping(error: Exception, slug: str) -> None:
    """Each kind of failure has its own stable type."""
    answer = answer_to(error)

    assert problem_of(answer) == slug
    assert answer.status_code == PROBLEMS[slug].status


def test_every_error_of_the_domain_is_mapped() -> None:
    """No error that is raised on purpose reaches a caller as an accident of ours, but what only workers meet."""
    raised_by_ports_of_workers = {"LedgerContradiction", "Rejected"}
    leaves = [each for each in vars(domain_errors).values() if isinstance(each, type) and not each.__subclasses__()]

    unmapped = {
        each.__name__
        for each in leaves
        if issubclass(each, AftercartError) and not issubclass(each, tuple(errors.MAPPINGS))
    }

    assert unmapped == raised_by_ports_of_workers


def test_try_again_later() -> None:
    """Who has to wait is told how long, in whole seconds."""
    assert answer_to(Unavailable("busy", retry_after=timedelta(seconds=30))).headers["Retry-After"] == "30"
    assert retry_after(timedelta(milliseconds=1)) == {"Retry-After": "1"}


def test_accident(capsys: pytest.CaptureFixture[str]) -> None:
    """An accident of ours tells the caller a number to name, and nothing of our insides; the log has the reason."""
    answer = answer_to(ZeroDivisionError("secret of the house"))

    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    assert answer.json()["request_id"] in answer.json()["detail"]
    assert "secret of the house" in capsys.readouterr().out


def test_outage_keeps_its_reason_to_itself() -> None:
    """Names of our hosts are for our log, not for callers."""
    assert "db-7.internal" not in answer_to(Unavailable("db-7.internal refused")).text


def test_unknown_address(house: House) -> None:
    """A wrong address is answered like everything else."""
    answer = house.nobody.get("/v2/orders")

    assert (answer.status_code, problem_of(answer)) == (404, "not-found")


def test_wrong_method(house: House) -> None:
    """A wrong method says which ones there are."""
    answer = house.nobody.delete("/v1/returns")

    assert (answer.status_code, problem_of(answer)) == (405, "method-not-allowed")
    assert answer.headers["Allow"] == "GET, POST"
    assert "GET, POST" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("content", "type_of_content"),
    [("{", "application/json"), ("order_id=1", "application/x-www-form-urlencoded"), ("\xff", "application/json")],
)
def test_body_that_is_not_json(house: House, content: str, type_of_content: str) -> None:
    """A body that cannot be read is the sender's to correct."""
    answer = house.to(Role.STOREFRONT).post(
        "/v1/returns/quote", content=content.encode("latin-1"), headers={"Content-Type": type_of_content}
    )

    assert (answer.status_code, problem_of(answer)) == (422, "invalid-request")


def test_body_that_is_too_large(house: House) -> None:
    """A body far beyond any order is not even read to its end."""
    answer = house.to(Role.STOREFRONT).post("/v1/returns/quote", content=b" " * 5_000_000)

    assert (answer.status_code, problem_of(answer)) == (413, "too-large")


def test_database_away(house: House) -> None:
    """Without the database the caller is told to come back, not that something broke."""
    client = house.to(Role.AGENT)
    house.lose_database()

    answer = client.get("/v1/returns")

    assert (answer.status_code, problem_of(answer)) == (503, "unavailable")
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("slug", PROBLEMS)
def test_type_is_an_address(shared_house: House, slug: str) -> None:
    """The type of every problem leads to an explanation, for programs and for people."""
    kind = PROBLEMS[slug]

    assert shared_house.nobody.get(kind.type).json()["remedy"] == kind.remedy
    page = shared_house.nobody.get(kind.type, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert html.escape(kind.title) in page.text


def test_unknown_type(house: House) -> None:
    """There is no explanation of what we never say."""
    assert problem_of(house.nobody.get("/problems/gremlins")) == "not-found"


def test_list_of_types(house: House) -> None:
    """All kinds of problems can be read at once."""
    assert [page["type"] for page in house.nobody.get("/problems").json()] == [kind.type for kind in PROBLEMS.values()]


def test_guide_lists_every_problem() -> None:
    """The guide names every kind of problem with its status, and none that does not exist."""
    rows = [line.split("|") for line in GUIDE.read_text().splitlines() if line.startswith("| `/problems/")]

    listed = {row[1].strip(" `"): int(row[2]) for row in rows}

    assert listed == {kind.type: kind.status for kind in PROBLEMS.values()}
