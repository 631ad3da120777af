"""What a scanner read, in our words; `adapters.scans` makes it from the raw text."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.goods_back.parts import GoodsPart


class ScanKind(StrEnum):
    """What the scanned code is about: our own paper, goods by their GTIN, or a text of the shop or a carrier."""

    RMA = "rma"
    TRADE_ITEM = "trade_item"
    TEXT = "text"


class Scan(GoodsPart):
    """One scanned code: the raw text as it came, and what it says. `problem` tells what is wrong with it."""

    raw: Annotated[str, Field(max_length=300)]
    kind: ScanKind
    rma: str = ""
    gtin: str = ""
    serial_number: str = ""
    lot: str = ""
    text: str = ""
    problem: str = ""
