"""The pages say what is the case: every dependency, setting and term is on them, and no link is dead."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import pytest

import domain
from cli.settings import reference_page
from tests.layout.sources import ROOT
from tests.layout.test_imports import declared

DOCS = ROOT / "docs"
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


def named(path: Path) -> str:
    """How a page is called in the list of tests."""
    return str(path.relative_to(ROOT))


def enums() -> Iterator[type[StrEnum]]:
    """Every list of values of the domain."""
    for found in pkgutil.walk_packages(domain.__path__, "domain."):
        module = importlib.import_module(found.name)
        for member in vars(module).values():
            if isinstance(member, type) and issubclass(member, StrEnum) and member.__module__ == found.name:
                yield member


def test_dependencies() -> None:
    """Each dependency has its reason, and no reason is left over."""
    page = (DOCS / "dependencies.md").read_text()
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \|", page, re.MULTILINE))

    assert listed == declared() | declared(extra="test") | declared(extra="dev") - {"aftercart"}


def test_settings() -> None:
    """The page of settings is the one that `aftercart settings --markdown` prints."""
    assert (DOCS / "settings.md").read_text() == reference_page()


def test_glossary() -> None:
    """Every value that a screen may show is explained."""
    glossary = (DOCS / "glossary.md").read_text()

    missing = [f"{enum.__name__}.{member.name}" for enum in enums() for member in enum if f"`{member}`" not in glossary]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links(page: Path) -> None:
    """No link of ours leads nowhere."""
    targets = LINK.findall(page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("record", DECISIONS, ids=named)
def test_decision(record: Path) -> None:
    """A decision says what was open, what was chosen, what follows, and which check that exists holds it."""
    text = record.read_text()
    held_by = text.partition("**Held by**")[2]
    checks = re.findall(r"`((?:tests|[a-z]+)/[\w./*]+|pyproject\.toml|Makefile)", held_by)

    assert all(f"**{part}" in text for part in ("Open.", "Chosen.", "Follows."))
    assert checks
    assert [check for check in checks if not list(ROOT.glob(check))] == []


def test_decisions_are_listed() -> None:
    """The list of decisions has each of them once, under its own title."""
    titles = [f"- [{page.name[:4]}]({page.name}) {page.read_text().splitlines()[0][2:]}" for page in DECISIONS]
    listed = [line for line in (DOCS / "decisions/README.md").read_text().splitlines() if line.startswith("- [")]
    assert listed == titles


def test_decisions_are_numbered() -> None:
    """No two decisions have the same number."""
    numbers = [record.name[:4] for record in DECISIONS]

    assert sorted(set(numbers)) == numbers
