"""From what a scanner read to what it means: GS1 codes by `biip`, our own RMA codes, and the shop's plain numbers.

A pure mapping: nothing is looked up, and no text is ever refused.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import biip
from biip.gs1_messages import GS1Message

from domain.goods_back.scans import Scan, ScanKind
from domain.rma import MalformedRma, parse_rma

LONGEST = 300

# Our paper says the number alone or with RMA before it; the QR code holds it as the last part of an address.
_OUR_PAPER = re.compile(r"^(?:RMA[\s:]*)?([0-9A-Z]{4}-[0-9A-Z]{4})$", re.IGNORECASE)
_OUR_PAPER_UNHYPHENATED = re.compile(r"^RMA[\s:]*([0-9A-Z]{8})$", re.IGNORECASE)
_HUMAN_READABLE = re.compile(r"^\(\d{2,4}\)")
_SERIAL, _LOT, _GTIN = "21", "10", "01"


def read_scan(raw: str) -> Scan:
    """What the text means; a text that means nothing to us is a text of the shop or of a carrier."""
    text = raw.strip()[:LONGEST]
    return _read_rma(text) or _read_gs1(text) or Scan(raw=text, kind=ScanKind.TEXT, text=text)


def _read_rma(text: str) -> Scan | None:
    last = (
        urlsplit(text).path.rstrip("/").rpartition("/")[2] if text.lower().startswith(("http://", "https://")) else text
    )
    found = _OUR_PAPER.match(last) or _OUR_PAPER_UNHYPHENATED.match(last)
    if found is None:
        return None
    try:
        return Scan(raw=text, kind=ScanKind.RMA, rma=parse_rma(found[1]), text=last)
    except MalformedRma as error:
        return Scan(raw=text, kind=ScanKind.TEXT, text=last, problem=f"{error}.")


def _read_gs1(text: str) -> Scan | None:
    if not text:
        return None
    try:
        elements = _human_readable(text) if _HUMAN_READABLE.match(text) else _parsed(text)
    except biip.ParseError:
        return None
    if _GTIN not in elements:
        return None
    return Scan(
        raw=text,
        kind=ScanKind.TRADE_ITEM,
        gtin=elements[_GTIN].lstrip("0"),
        serial_number=elements.get(_SERIAL, ""),
        lot=elements.get(_LOT, ""),
    )


def _human_readable(text: str) -> dict[str, str]:
    return {element.ai.ai: element.value for element in GS1Message.parse_hri(text).element_strings}


def _parsed(text: str) -> dict[str, str]:
    """The elements of a message or a Digital Link that names goods; of a plain GTIN the number alone.

    A plain number can be read as a message too: without a GTIN in it, it is none.
    """
    result = biip.parse(text)
    for found in (result.gs1_digital_link_uri, result.gs1_message):
        elements = {element.ai.ai: element.value for element in found.element_strings} if found else {}
        if _GTIN in elements:
            return elements
    return {_GTIN: result.gtin.value} if result.gtin else {}
