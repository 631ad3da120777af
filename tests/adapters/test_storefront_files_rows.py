"""Files are read row by row, whatever way they are written, and rows of an order are found together."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.storefronts.files import groups as groups_module
from adapters.storefronts.files.groups import groups_in, survey
from adapters.storefronts.files.rows import Layout, UnreadableFile, read_columns, read_rows
from tests.adapters.shop_files import LAMP, MUG, POST, a_file, assembled

PLAIN = Layout()


@pytest.mark.parametrize("name", ["orders.csv", "orders.csv.gz", "ORDERS.CSV"])
def test_csv(tmp_path: Path, name: str) -> None:
    """A CSV is read plain or packed, each row with its line."""
    rows = list(read_rows(a_file(tmp_path, LAMP, MUG, name=name), PLAIN))

    assert [(row.line, row.values["order"]) for row in rows] == [(2, "1001"), (3, "1002")]


def test_quoted_line_break(tmp_path: Path) -> None:
    """A title over two lines is one row, and the row after it has the right number."""
    rows = list(read_rows(a_file(tmp_path, '1,"two\nlines"', "2,x", header="order,title"), PLAIN))

    assert [(row.line, row.values["title"]) for row in rows] == [(2, "two\nlines"), (4, "x")]


def test_byte_order_mark(tmp_path: Path) -> None:
    """The invisible mark that spreadsheets put in front is not part of the first column."""
    assert read_columns(a_file(tmp_path, "1", header="\ufefforder"), PLAIN) == ("order",)


def test_other_encoding(tmp_path: Path) -> None:
    """A file that is not UTF-8 says so, and is read once the mapping names its encoding."""
    path = tmp_path / "orders.csv"
    path.write_bytes("order,title\n1,Käse\n".encode("cp1252"))

    with pytest.raises(UnreadableFile, match=r"is not utf-8: .*; name its `encoding` in the mapping"):
        list(read_rows(path, PLAIN))
    assert next(read_rows(path, Layout(encoding="cp1252"))).values["title"] == "Käse"


def test_json_lines(tmp_path: Path) -> None:
    """JSON keeps amounts digit by digit, and a line that is no JSON object is named while others are read."""
    lines = ('{"a": 1.10, "b": {"c": null, "d": true}}', "[1]", "{", "", '{"a": 2}')
    rows = list(read_rows(a_file(tmp_path, *lines, header="", name="orders.jsonl"), PLAIN))

    assert rows[0].values == {"a": "1.10", "b.c": "", "b.d": "true"}
    assert [(row.line, row.fault is None) for row in rows] == [(1, True), (2, False), (3, False), (5, True)]


@pytest.mark.parametrize("items", ["", "[]", "[1]", "{}", "[{]"])
def test_bad_items(tmp_path: Path, items: str) -> None:
    """An order whose list of items is missing, empty or broken does not disappear: it is named."""
    path = a_file(tmp_path, f"1001;{items}", header="order;items")
    rows = list(read_rows(path, Layout(items="items", delimiter=";")))

    assert [row.fault and row.fault.column for row in rows] == ["items"]


def test_cut_off(tmp_path: Path) -> None:
    """A download that broke off is refused before anything of it is used."""
    path = a_file(tmp_path, *[LAMP] * 1000, name="orders.csv.gz")
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(UnreadableFile, match="cut off or damaged"):
        survey(path, PLAIN, "order")


@pytest.mark.parametrize(
    ("header", "name", "reason"),
    [
        ("", "orders.csv", "the file is empty"),
        ("order,order", "orders.csv", "names a column twice: order"),
        ("order", "orders.xlsx", "must end in .csv"),
    ],
)
def test_unusable_file(tmp_path: Path, header: str, name: str, reason: str) -> None:
    """A file that cannot be used at all says why."""
    path = tmp_path / name
    path.write_text(header)

    with pytest.raises(UnreadableFile, match=reason):
        read_columns(path, PLAIN)


def test_survey(tmp_path: Path) -> None:
    """A look through the file counts rows and orders and notices rows that are not where their order is."""
    found = survey(a_file(tmp_path, LAMP, POST, MUG), PLAIN, "order")
    assert (found.rows, found.groups, found.scattered) == (3, 2, False)

    assert survey(a_file(tmp_path, LAMP, MUG, POST), PLAIN, "order").scattered


def test_scattered_rows(tmp_path: Path) -> None:
    """Rows in any order make the same orders, and the file that sorts them is gone afterwards."""
    together = assembled(a_file(tmp_path, LAMP, POST, MUG))
    scattered = assembled(a_file(tmp_path, LAMP, MUG, POST))

    assert [each.made for each in scattered] == [each.made for each in together]
    assert [path.name for path in tmp_path.iterdir()] == ["orders.csv"]


def test_scattered_problems(tmp_path: Path) -> None:
    """Sorting loses no line number and no reason."""
    found = assembled(a_file(tmp_path, LAMP, MUG, POST + ",more"))

    assert [(p.line, p.reason) for p in found[0].problems] == [(4, "the row has 10 fields and the header 9")]
    assert found[1].made is not None


def test_wrong_grouping_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A column that puts the whole file into one order is noticed before memory runs out."""
    monkeypatch.setattr(groups_module, "MOST_ROWS", 10)
    path = a_file(tmp_path, *[LAMP] * 50)
    group = next(groups_in(path, PLAIN, "currency", scattered=False, folder=tmp_path))

    assert (group.count, len(group.rows)) == (50, 1)
    assert group.rows[0].fault is not None
    assert "is this the column that groups rows?" in group.rows[0].fault.reason
