"""A shop manager reads the rules, stages others and puts them in force; nobody is surprised."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from config.policies import DEFAULT
from domain.cases import Role
from tests.api.house import House, problem_of
from tests.builders import ASKED, MERCHANT

SHORTER = DEFAULT.read_text().replace("{days: 30}", "{days: 21}")
DAY = timedelta(days=1)


def staged(house: House, document: str = SHORTER, **more: Any) -> int:
    """The number of the version that a supervisor staged."""
    answer = house.to(Role.SUPERVISOR, name="sue").post("/v1/policies", json={"document": document, **more})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["version"]["version"])


def test_the_rules_in_words(house: House) -> None:
    """Customers read what the rules say, and each sentence names its rule."""
    words = house.to(Role.AGENT).get("/v1/policies/current").json()

    said = {each["rule"]: each["text"] for section in words["sections"] for each in section["sentences"]}
    assert said["windows.electronics"] == "Electronics: within 14 days of delivery; the last day counts."
    assert "cannot come back. This was a final sale." in said["acceptance.final_sale"]
    assert said["fees"] == "We pay for the parcel back and keep nothing back from your refund."


def test_the_rules_as_pages(house: House) -> None:
    """The same as a page for browsers and as Markdown for the shop's own site."""
    client = house.to(Role.STOREFRONT)

    html = client.get("/v1/policies/current", headers={"Accept": "text/html,application/xhtml+xml"})
    markdown = client.get("/v1/policies/current", headers={"Accept": "text/markdown"})

    assert html.headers["content-type"].startswith("text/html")
    assert '<li id="windows.electronics">Electronics: within 14 days of delivery' in html.text
    assert markdown.headers["content-type"].startswith("text/markdown")
    assert "- Electronics: within 14 days of delivery; the last day counts." in markdown.text


def test_texts_of_the_shop_are_no_markup(house: House) -> None:
    """What a shop writes into a title is text on the page, whatever it looks like."""
    version = staged(house, SHORTER.replace("title: Electronics", "title: <b>*Electronics*</b>"))
    house.to(Role.SUPERVISOR).post(f"/v1/policies/{version}/activate", json={})

    page = house.to(Role.AGENT).get("/v1/policies/current", headers={"Accept": "text/html"}).text

    assert "<b>" not in page
    assert "&lt;b&gt;*Electronics*&lt;/b&gt;" in page


def test_staged_activated_and_kept(house: House) -> None:
    """A staged version changes nothing; once activated it judges new requests, and old cases keep theirs."""
    old = house.has_return()
    version = staged(house, note="Shorter windows")
    assert house.records.reads.policy(MERCHANT).version == 1

    answer = house.to(Role.SUPERVISOR).post(f"/v1/policies/{version}/activate", json={})

    assert (answer.status_code, answer.json()["state"]) == (200, "in_force")
    assert house.records.reads.policy(MERCHANT).version == version == 2
    new = house.has_return(key="second")
    client = house.to(Role.AGENT)
    assert [client.get(f"/v1/returns/{rma}").json()["policy_version"] for rma in (old, new)] == [1, 2]
    versions = client.get("/v1/policies").json()["versions"]
    assert [(each["version"], each["state"]) for each in versions] == [(2, "in_force"), (1, "past")]


def test_what_it_would_change(house: House) -> None:
    """Staging shows what is different from the rules in force; two versions can be compared at any time."""
    answer = house.to(Role.SUPERVISOR).post("/v1/policies", json={"document": SHORTER})

    assert [each["place"] for each in answer.json()["differences"]] == ["windows.standard"]
    compared = house.to(Role.AGENT).get("/v1/policies/2/differences").json()
    assert (compared["before"], compared["after"]) == (1, 2)
    assert compared["differences"] == answer.json()["differences"]
    backwards = house.to(Role.AGENT).get("/v1/policies/1/differences", params={"before": 2}).json()
    assert backwards["differences"][0]["after"].endswith("{days: 30}")


def test_a_document_with_mistakes(house: House) -> None:
    """Each mistake is told with line, path, reason and what was probably meant, and nothing is kept."""
    wrong = SHORTER.replace("days: 14", "dayz: 14").replace("fault: carrier}", "fault: carier}", 1)

    answer = house.to(Role.SUPERVISOR).post("/v1/policies", json={"document": wrong})

    assert (answer.status_code, problem_of(answer)) == (422, "policy-invalid")
    found = answer.json()["findings"]
    assert [(each["severity"], each["path"], each["suggestion"]) for each in found] == [
        ("error", "reasons[6].fault", "Did you mean carrier?"),
        ("error", "windows[0].then.days", ""),
        ("error", "windows[0].then.dayz", "Did you mean days?"),
    ]
    assert [SHORTER.splitlines()[each["line"] - 1].strip()[:8] for each in found] == [
        "- {code:",
        "- {rule:",
        "- {rule:",
    ]
    assert len(house.to(Role.AGENT).get("/v1/policies").json()["versions"]) == 1


def test_the_same_document_again(house: House) -> None:
    """Sent twice it is one version."""
    staged(house)

    again = house.to(Role.SUPERVISOR).post("/v1/policies", json={"document": SHORTER})

    assert (again.status_code, again.json()["version"]["version"]) == (200, 2)


def test_from_a_day_on(house: House) -> None:
    """Scheduled for a later day, the old rules hold until then."""
    version = staged(house)
    starts = (ASKED + 30 * DAY).isoformat()

    answer = house.to(Role.SUPERVISOR).post(f"/v1/policies/{version}/activate", json={"effective_from": starts})

    assert answer.json()["state"] == "scheduled"
    versions = house.to(Role.AGENT).get("/v1/policies").json()["versions"]
    assert [each["state"] for each in versions] == ["scheduled", "in_force"]
    house.clock.set(ASKED + 31 * DAY)
    versions = house.to(Role.AGENT).get("/v1/policies").json()["versions"]
    assert [each["state"] for each in versions] == ["in_force", "past"]


@pytest.mark.parametrize(("again", "code"), [(True, "already_active"), (False, "in_the_past")])
def test_activations_that_make_no_sense(house: House, again: bool, code: str) -> None:
    """Twice, or from a day that has passed: the manager is told which and what to do."""
    version = staged(house)
    client = house.to(Role.SUPERVISOR)
    if again:
        client.post(f"/v1/policies/{version}/activate", json={})

    answer = client.post(f"/v1/policies/{version}/activate", json={"effective_from": (ASKED - DAY).isoformat()})

    assert (answer.status_code, problem_of(answer), answer.json()["code"]) == (409, "policy-not-activated", code)


def test_four_eyes(database_url: str, tmp_path: Path) -> None:
    """Where the operator asks for it, whoever staged the rules may not put them in force, whatever key they use."""
    house = House(database_url, tmp_path, policies={"four_eyes": True})
    version = staged(house)

    alone = house.to(Role.ADMIN, name="sue").post(f"/v1/policies/{version}/activate", json={})
    other = house.to(Role.SUPERVISOR, name="otto").post(f"/v1/policies/{version}/activate", json={})

    assert (alone.status_code, alone.json()["code"]) == (409, "four_eyes")
    assert (other.status_code, other.json()["activated_by"]) == (200, "otto")
    house.close()


def test_unknown_version(house: House) -> None:
    """A version that there is not is told so, on every address."""
    client = house.to(Role.SUPERVISOR)

    for answer in (
        client.get("/v1/policies/9"),
        client.get("/v1/policies/9/differences"),
        client.post("/v1/policies/9/activate", json={}),
    ):
        assert (answer.status_code, problem_of(answer)) == (404, "policy-version-not-found")
