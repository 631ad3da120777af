"""Products are imported from files like orders: the good ones go in, the others are named, and nothing is done twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import importing
from records.database import SqlRecords, open_records
from tests.adapters.shop_files import a_file
from tests.adapters.test_storefront_files_products import HEADER, LAMP, LARGE, SAMPLE, SMALL
from tests.cli.commands import fresh_machine, run

__all__ = ["fresh_machine"]


def load(file: Path) -> tuple[int, str]:
    """Exit code and what was printed."""
    ran = run("products", "import", file, "--mapping", SAMPLE)
    return ran.code, ran.text


def count(output: str, what: str) -> int:
    """A figure of the summary."""
    found = [line.split() for line in output.splitlines() if line.strip().startswith(what)]
    return int(found[0][-1]) if found else 0


def records(folder: Path) -> SqlRecords:
    """What is on record now."""
    return open_records(f"sqlite:///{folder}/aftercart.db")


def test_import_twice(fresh_machine: Path, tmp_path: Path) -> None:
    """The products of a file are on record; the same file again makes no new version."""
    file = a_file(tmp_path, SMALL, LAMP, LARGE, header=HEADER, name="products.csv.gz")
    code, output = load(file)
    again, second = load(file)

    assert (code, count(output, "products"), count(output, "created")) == (0, 2, 2)
    assert (again, count(second, "unchanged")) == (0, 2)
    entry = records(fresh_machine).reads.catalogue.product("demo", "mug")
    assert (entry.version, len(entry.product.variants)) == (1, 2)


def test_bad_rows(fresh_machine: Path, tmp_path: Path) -> None:
    """A bad row is named on the screen, its product is refused whole, and the others go in."""
    code, output = load(a_file(tmp_path, SMALL, LARGE.replace("15.00", "fifteen"), LAMP, header=HEADER))

    assert (code, count(output, "created"), count(output, "bad rows")) == (1, 1, 1)
    assert "3,mug,price_gbp,'fifteen' is not an amount such as 12.30" in output
    assert "line,product,column,reason" in output


def test_sku_of_another_product(fresh_machine: Path, tmp_path: Path) -> None:
    """A SKU that another product has is refused with that product's id."""
    code, output = load(a_file(tmp_path, SMALL, LAMP.replace("LAMP", "MUG-S"), header=HEADER))

    assert (code, count(output, "sku taken")) == (1, 1)
    assert "SKU MUG-S is a variant of product mug" in output


def test_broken_off(fresh_machine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An import that was broken off goes on where it was."""
    rows = [LAMP.replace("lamp", f"lamp{number}").replace("LAMP", f"LAMP{number}") for number in range(30)]
    file = a_file(tmp_path, *rows, header=HEADER)
    monkeypatch.setattr(importing, "BATCH", 10)
    real, done = SqlRecords.put_products, 0

    def put_products(self: SqlRecords, *args: object) -> object:
        nonlocal done
        done += 1
        if done > 1:
            raise OSError("the disk is full")
        return real(self, *args)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(SqlRecords, "put_products", put_products)
        code, output = load(file)
    assert (code, "the disk is full" in output) == (1, True)

    code, output = load(file)

    assert "ended after 10 products; it goes on there" in output
    assert (code, count(output, "products"), count(output, "created")) == (0, 30, 30)


def test_missing_column(fresh_machine: Path, tmp_path: Path) -> None:
    """A file without a column that the mapping names is refused as a whole, with the columns that it has."""
    code, output = load(a_file(tmp_path, "mug", header="product"))

    assert code == 1
    assert "it has: product" in output
