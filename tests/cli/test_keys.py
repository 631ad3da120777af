"""Shops and their keys are made on the command line: the only way to the first key of an installation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.policies import DEFAULT
from domain.cases import Role
from records.database import SqlRecords, open_records
from tests.cli.commands import fresh_machine, run

__all__ = ["fresh_machine"]
ACME = ("--merchant", "acme")


@pytest.fixture(autouse=True)
def installation(fresh_machine: Path) -> Path:
    """A migrated database without any shop."""
    assert run("migrate").code == 0
    return fresh_machine


@pytest.fixture
def acme() -> None:
    """One shop is known."""
    assert run("merchants", "add", "acme", "--policy", DEFAULT).code == 0


def records(folder: Path) -> SqlRecords:
    """What is on record now."""
    return open_records(f"sqlite:///{folder}/aftercart.db")


def add_key(role: str = "admin", name: str = "jane") -> str:
    """A fresh key of the shop."""
    added = run("keys", "add", *ACME, "--role", role, "--name", name)
    assert added.code == 0, added.text
    return added.out.strip()


def test_new_shop(installation: Path) -> None:
    """A shop that was added has its policy in force, and the next step is named."""
    added = run("merchants", "add", "acme", "--policy", DEFAULT)

    assert added.out.startswith("acme works under policy version 1 (default).")
    assert "aftercart keys add --merchant acme" in added.out
    assert records(installation).reads.policy("acme").version == 1


def test_same_shop_again(installation: Path, acme: None) -> None:
    """Adding a shop twice changes nothing."""
    assert run("merchants", "add", "acme", "--policy", DEFAULT).code == 0
    assert records(installation).reads.policy("acme").version == 1


def test_another_policy_for_a_known_shop(installation: Path, acme: None, tmp_path: Path) -> None:
    """A shop's policy is not replaced by way of adding the shop."""
    other = tmp_path / "strict.yaml"
    other.write_text(DEFAULT.read_text().replace("days: 30", "days: 14"))

    added = run("merchants", "add", "acme", "--policy", other)

    assert (added.code, "Nothing was changed" in added.err) == (1, True)
    assert records(installation).reads.policy("acme").version == 1


@pytest.mark.parametrize("name", ["ACME", "a:b", "a b", "", "x" * 65])
def test_names_that_no_shop_may_have(name: str) -> None:
    """A shop's name is part of case addresses, so it holds nothing that would break them."""
    added = run("merchants", "add", name, "--policy", DEFAULT)

    assert added.code == 1
    assert "cannot be the name of a shop" in added.err


@pytest.mark.parametrize(("content", "mistake"), [("name: [", "expected"), ("name: x\n", "reasons"), (None, "No such")])
def test_bad_policy(tmp_path: Path, content: str | None, mistake: str) -> None:
    """A policy file that cannot be used is named with what is wrong in it."""
    path = tmp_path / "acme.yaml"
    if content is not None:
        path.write_text(content)

    added = run("merchants", "add", "acme", "--policy", path)

    assert added.code == 1
    assert "acme.yaml" in added.err
    assert mistake in added.err


def test_first_key(installation: Path, acme: None) -> None:
    """The key is all that goes to standard output, opens the shop for its holder, and is nowhere in the database."""
    key = add_key("warehouse", "dock-2")

    assert re.fullmatch(r"ak_[\w-]{43}", key)
    holder = records(installation).reads.key_holder(key)
    assert holder is not None
    assert (holder.merchant, holder.actor.name, holder.actor.role) == ("acme", "dock-2", Role.WAREHOUSE)
    assert not [path for path in installation.glob("aftercart.db*") if key.encode() in path.read_bytes()]


def test_key_for_an_unknown_shop() -> None:
    """A mistyped shop gets no key, and the way to make it known is named."""
    added = run("keys", "add", "--merchant", "acne", "--role", "admin", "--name", "jane")

    assert (added.code, added.out) == (1, "")
    assert "aftercart merchants add acne --policy FILE" in added.err


@pytest.mark.parametrize("role", ["system", "carrier", "customer", "king"])
def test_roles_that_no_key_may_have(acme: None, role: str) -> None:
    """Only the roles of people and machines that call the API are given out, and they are listed."""
    added = run("keys", "add", *ACME, "--role", role, "--name", "jane")

    assert (added.code, added.out) == (2, "")
    assert "storefront" in added.err


@pytest.mark.parametrize("name", ["jane@acme.example", "Jane Doe", "", "x" * 65])
def test_names_that_no_holder_may_have(acme: None, name: str) -> None:
    """Names stand in timelines and logs, so an address is refused."""
    added = run("keys", "add", *ACME, "--role", "admin", "--name", name)

    assert (added.code, added.out) == (1, "")
    assert "cannot be a name" in added.err


def test_list(acme: None) -> None:
    """The list says whose each key is and how it begins, never the key."""
    key = add_key("finance", "books")

    listed = run("keys", "list", *ACME)

    assert [word in listed.out for word in ("books", "finance", key[:12], "key_")] == [True] * 4
    assert key not in listed.out


def test_list_without_keys(acme: None) -> None:
    """A shop without keys is said to have none."""
    assert run("keys", "list", *ACME).out == "acme has no keys.\n"


def test_revoke(installation: Path, acme: None) -> None:
    """A revoked key opens nothing, stays in the list, and is not revoked twice."""
    key = add_key()
    (holder,) = records(installation).reads.api_keys("acme")

    assert run("keys", "revoke", holder.key_id, *ACME).code == 0
    assert records(installation).reads.key_holder(key) is None
    assert holder.key_id in run("keys", "list", *ACME).out
    again = run("keys", "revoke", holder.key_id, *ACME)
    assert (again.code, "no key" in again.err) == (1, True)


def test_revoke_as_another_shop(installation: Path, acme: None) -> None:
    """One shop's key is not revoked in another's name."""
    key = add_key()
    (holder,) = records(installation).reads.api_keys("acme")

    assert run("keys", "revoke", holder.key_id, "--merchant", "elsewhere").code == 1
    assert records(installation).reads.key_holder(key) is not None


@pytest.mark.parametrize(
    "command",
    [("keys", "list", *ACME), ("keys", "add", *ACME, "--role", "admin", "--name", "jane")],
    ids=lambda command: command[1],
)
def test_before_the_database_is_made(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: tuple[str, ...]) -> None:
    """On a machine without a database the person is told how to make one."""
    monkeypatch.setenv("AFTERCART_DATA_DIR", str(tmp_path / "elsewhere"))

    assert (run(*command).code, "aftercart migrate" in run(*command).err) == (1, True)
