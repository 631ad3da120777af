"""The page for customs."""

from __future__ import annotations

import pytest

from adapters.documents.customs_invoices import PdfCustomsPages
from domain.addresses import Address
from domain.goods_back.customs import CustomsInvoice
from tests.adapters.builders import ABROAD, MAIN_WAREHOUSE, RMA, a_declaration
from tests.adapters.test_packing_slips import pages


def an_invoice(*, lines: int = 1, sender: Address = ABROAD) -> CustomsInvoice:
    """Mugs from Cologne."""
    declared = a_declaration()
    return CustomsInvoice(
        number=f"{RMA}-1",
        order_id="A-1001",
        tracking_number="EZ0000000001",
        date="2026-03-02",
        sender=sender,
        receiver=MAIN_WAREHOUSE,
        declaration=declared.model_copy(update={"lines": declared.lines * lines}),
    )


def test_the_same_invoice_is_the_same_bytes() -> None:
    """Printed twice it is the same page; another parcel is another page."""
    draw = PdfCustomsPages().draw_invoice
    assert draw(an_invoice()) == draw(an_invoice())
    assert draw(an_invoice()) != draw(an_invoice(lines=2))


def test_many_goods_go_on_to_the_next_page() -> None:
    """Nothing is cut off."""
    draw = PdfCustomsPages().draw_invoice
    assert pages(draw(an_invoice())) == 1
    assert pages(draw(an_invoice(lines=80))) > 1


@pytest.mark.parametrize("name", ["Łucja <b> & Söhne", "Αθηνά", "王"])
def test_names_in_any_script(name: str) -> None:
    """A name is never a reason for no page."""
    drawn = PdfCustomsPages().draw_invoice(an_invoice(sender=ABROAD.model_copy(update={"name": name})))
    assert drawn.startswith(b"%PDF-")
