"""What a scanner reads, and what we make of it."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.scans import read_scan
from domain.goods_back.scans import ScanKind

GTIN = {"kind": ScanKind.TRADE_ITEM, "gtin": "9506000134352"}
UNIT = GTIN | {"serial_number": "SER123", "lot": "LOT7"}


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("]C1010950600013435221SER123\x1d10LOT7", UNIT),
        ("010950600013435221SER123\x1d10LOT7", UNIT),
        ("(01)09506000134352(21)SER123(10)LOT7", UNIT),
        ("https://id.gs1.org/01/09506000134352/10/LOT7/21/SER123", UNIT),
        ("https://shop.example/01/9506000134352", GTIN),
        ("9506000134352", GTIN),
        (" 09506000134352\n", GTIN),
    ],
)
def test_goods(code: str, meaning: dict[str, Any]) -> None:
    """GS1-128 with its separator, the same as people read it, a Digital Link, a plain EAN: one article."""
    assert read_scan(code).model_dump(exclude={"raw"}, exclude_defaults=True) == meaning


@pytest.mark.parametrize(
    "code",
    ["7K3F-Q9X4", "7k3f-q9x4", "RMA 7K3F-Q9X4", "RMA:7K3FQ9X4", "https://shop.example/returns/7K3F-Q9X4"],
)
def test_our_paper(code: str) -> None:
    """The number alone as Code 128, with a word before it, and as the end of the address in the QR code."""
    scan = read_scan(code)
    assert (scan.kind, scan.rma) == (ScanKind.RMA, "7K3F-Q9X4")


def test_a_misread_paper() -> None:
    """A character was misread: it is no RMA, and the problem says why."""
    scan = read_scan("7K3F-Q9X5")
    assert (scan.kind, scan.rma, scan.text) == (ScanKind.TEXT, "", "7K3F-Q9X5")
    assert "check character" in scan.problem


@pytest.mark.parametrize(
    "code", ["MUG-1", "123", "1Z999AA10123456784", "9506000134353", "(01)123", "", "\x00", "x" * 400]
)
def test_anything_else_is_a_text(code: str) -> None:
    """A number of the shop, of a carrier, a wrong check digit, or nothing at all: kept as it came, never refused."""
    scan = read_scan(code)
    assert scan.kind is ScanKind.TEXT
    assert scan.raw == code.strip()[:300]
