"""The pages about policies leave no table and no word out."""

from __future__ import annotations

import re

from domain.policies.document import TABLES
from domain.policies.vocabulary import FUNCTIONS, Fact, facts_of
from tests.layout.sources import ROOT

DOCS = ROOT / "docs"


def test_every_table_has_its_row() -> None:
    """A shop manager finds each table with what it is asked of, what it answers, and what holds without it."""
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", (DOCS / "policy.md").read_text(), re.MULTILINE)
    assert rows[: len(TABLES)] == list(TABLES)


def test_every_word_is_explained() -> None:
    """Each word of a condition is on the page with its kind and meaning as the check knows them, and no other word is."""
    page = (DOCS / "vocabulary.md").read_text()
    known: dict[str, Fact] = {name: fact for table in TABLES for name, fact in facts_of(table).items()}
    rows = dict(re.findall(r"^\| `(\w+)` \| ([^|]+ \| [^|]+) \|", page, re.MULTILINE))
    assert set(rows) == set(known)
    assert [name for name, fact in known.items() if not rows[name].startswith(f"{fact.type} | {fact.meaning}")] == []
    assert [name for name in FUNCTIONS if f"`{name}`" not in page] == []
