"""Credit notes on paper: the same bytes each time, every figure readable, however long the note."""

from __future__ import annotations

import base64
import re
import zlib

from adapters.documents.credit_notes import PdfNotePages
from api.examples_credit import NOTE
from domain.addresses import Address
from domain.credit_notes import CreditNote
from domain.orders import Customer

ADA = Customer(name="Ada", address=Address(name="Ada <Sample> & Søn", street1="1 Example Street", city="Łódź"))


def a_note(**changes: object) -> CreditNote:
    """The note of the reference."""
    return CreditNote.model_validate(NOTE).model_copy(update=changes)


def text_of(pdf: bytes) -> str:
    """What is written on the pages, piece by piece."""
    streams = re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL)
    drawn = b" ".join(_unpacked(each) for each in streams)
    pieces = re.findall(rb"\((.*?)(?<!\\)\) Tj", drawn)
    return " ".join(piece.decode("cp1252", "replace") for piece in pieces)


def _unpacked(stream: bytes) -> bytes:
    """What a page draws; nothing of the streams that hold a font."""
    try:
        return zlib.decompress(base64.a85decode(_body(stream).strip(), adobe=False).rstrip())
    except (ValueError, zlib.error):
        return b""


def _body(stream: bytes) -> bytes:
    return stream.strip().removesuffix(b"~>")


def test_the_same_note_is_the_same_bytes() -> None:
    """An auditor who asks twice gets one document."""
    first, again = (PdfNotePages().draw(a_note(), ADA) for _ in range(2))
    assert first == again
    assert first.startswith(b"%PDF-")
    assert first != PdfNotePages().draw(a_note(number="CN-000043"), ADA)


def test_the_page_says_what_the_note_says() -> None:
    """Issuer, number, customer, goods, net, tax and total; whoever the customer is."""
    text = text_of(PdfNotePages().draw(a_note(), ADA))
    for words in ("VAT GB123456789", "Credit note CN-000042", "Mug", "18.75 GBP", "3.75 GBP", "22.50 GBP", "20%"):
        assert words in text, (words, text)


def test_names_of_other_scripts() -> None:
    """Łódź, Αθήνα and Москва are set in a font that comes with the page; 東京, which it does not know, in question marks."""
    cities = ["Łódź", "Αθήνα", "Москва"]
    plain = PdfNotePages().draw(a_note(), Customer(address=Address(name="Ada", city="Leeds")))
    shown = [PdfNotePages().draw(a_note(), Customer(address=Address(name="Ada", city=city))) for city in cities]
    lost = PdfNotePages().draw(a_note(), Customer(address=Address(name="Ada", city="東京")))

    assert b"OpenSans" not in plain
    assert all(b"/FontFile2" in pdf and b"OpenSans" in pdf for pdf in shown)
    assert len(set(shown)) == 3
    assert shown[0] == PdfNotePages().draw(a_note(), Customer(address=Address(name="Ada", city=cities[0])))
    assert lost == PdfNotePages().draw(a_note(), Customer(address=Address(name="Ada", city="北京")))


def test_a_correction_is_called_one() -> None:
    """The page names the note that it corrects."""
    text = text_of(PdfNotePages().draw(a_note(kind="correction", corrects="CN-000041"), Customer()))
    assert "Correction of a credit note" in text
    assert "Corrects: CN-000041" in text


def test_a_long_note_takes_several_pages() -> None:
    """Three hundred lines are all there."""
    note = a_note()
    lines = tuple(note.lines[0].model_copy(update={"title": f"Item {number}"}) for number in range(300))
    pdf = PdfNotePages().draw(note.model_copy(update={"lines": lines}), ADA)
    text = text_of(pdf)
    assert all(f"Item {number} " in f"{text} " for number in range(300))
    assert len(re.findall(rb"/Type /Page\b", pdf)) > 5
