"""The page that goes into the parcel, and the code that stands for it."""

from __future__ import annotations

import segno

from adapters.documents.packing_slips import PdfSlipPages
from adapters.scans import read_scan
from domain.goods_back.papers import PackingSlip, SlipLine
from domain.goods_back.scans import ScanKind

RMA = "3456-789F"


def a_slip(lines: int = 2) -> PackingSlip:
    """Some goods, one of them with a title that is no HTML."""
    goods = tuple(
        SlipLine(sku=f"MUG-{number}", title="Mug <blue> & co", quantity=number) for number in range(1, lines + 1)
    )
    return PackingSlip(
        rma=RMA, order_id="A-1001", delivery=1, deliveries=2, lines=goods, return_to=("Returns", "Leeds")
    )


def pages(pdf: bytes) -> int:
    """How many pages it has."""
    return pdf.count(b"/Type /Page\n")


def test_the_same_slip_is_the_same_bytes() -> None:
    """No date and no chance is in it; other goods are another page."""
    draw = PdfSlipPages().draw_slip
    assert draw(a_slip()) == draw(a_slip())
    assert draw(a_slip()) != draw(a_slip(3))


def test_many_goods_go_on_to_the_next_page() -> None:
    """Nothing is cut off."""
    draw = PdfSlipPages().draw_slip
    assert pages(draw(a_slip())) == 1
    assert pages(draw(a_slip(80))) > 1


def test_the_dock_reads_what_the_code_says() -> None:
    """The code holds the number alone, which the scanner's text leads back to."""
    drawn = PdfSlipPages().draw_code(RMA)
    side = segno.make(RMA, error="m", micro=False).symbol_size(scale=4, border=4)[0]
    assert f'width="{side}"'.encode() in drawn
    assert (read_scan(RMA).kind, read_scan(RMA).rma) == (ScanKind.RMA, RMA)


def test_names_of_other_scripts() -> None:
    """Goods and addresses of Łódź and Αθήνα are set in a font that comes with the page; a plain slip carries none."""
    draw = PdfSlipPages().draw_slip
    titles = ["Kubek z Łodzi", "Κούπα"]
    slips = [a_slip().model_copy(update={"lines": (SlipLine(sku="M", title=title, quantity=1),)}) for title in titles]
    town = draw(a_slip().model_copy(update={"return_to": ("Magazyn", "Łódź")}))

    assert b"OpenSans" not in draw(a_slip())
    assert all(b"/FontFile2" in draw(slip) for slip in slips)
    assert draw(slips[0]) != draw(slips[1])
    assert town == draw(a_slip().model_copy(update={"return_to": ("Magazyn", "Łódź")}))
    assert b"OpenSans" in town
