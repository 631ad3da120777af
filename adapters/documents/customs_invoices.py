"""Customs invoices as PDF by reportlab; the same invoice is the same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from adapters.documents.fonts import shown
from domain.addresses import Address
from domain.goods_back.customs import CustomsInvoice
from domain.goods_back.declarations import DeclaredLine
from domain.money import Money

GREY, RULE, SHADE = "#555555", "#bbbbbb", "#f2f2f2"
UNKNOWN = "not stated"
WIDTHS_MM = (66, 24, 18, 14, 22, 26)
# Of the columns that hold figures, which stand at the right.
FIRST_FIGURE = 3


class PdfCustomsPages:
    """Implements `domain.goods_back.customs.CustomsPages`."""

    def draw_invoice(self, invoice: CustomsInvoice) -> bytes:
        """The invoice on as many pages of A4 as its lines need, with room to sign at the end."""
        # Imported late: drawing needs a third of a second of imports that most processes never use.
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.units import mm
        from reportlab.platypus import KeepTogether, SimpleDocTemplate, Spacer

        page = io.BytesIO()
        template = SimpleDocTemplate(
            page,
            pagesize=A4,
            leftMargin=20 * mm,
            rightMargin=20 * mm,
            topMargin=18 * mm,
            bottomMargin=18 * mm,
            title=f"Customs invoice {invoice.number}",
            author="",
            invariant=1,
        )
        gap = Spacer(1, 7 * mm)
        closing = KeepTogether([_said(_statement(invoice)), gap, _signature(invoice)])
        template.build([_head(invoice), gap, _parties(invoice), gap, _goods(invoice), gap, closing])
        return page.getvalue()


def _head(invoice: CustomsInvoice) -> Any:
    from reportlab.platypus import Table

    title = [_text(["Returned goods, no sale"], 11, colour=GREY), _text(["Customs invoice"], 24, bold=True)]
    told = {"Number": invoice.number, "Date": invoice.date, "Order": invoice.order_id}
    if invoice.tracking_number:
        told["Parcel"] = invoice.tracking_number
    names, values = list(told), list(told.values())
    cells = [title, _text(names, 10, colour=GREY), _text(values, 10)]
    return Table([cells], colWidths=_mm(98, 20, 52), style=[*_bare(), ("VALIGN", (0, 0), (-1, -1), "TOP")])


def _parties(invoice: CustomsInvoice) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    headings = [_text([heading], 9, colour=GREY) for heading in ("Sender (exporter)", "Receiver (importer)")]
    addresses = [_text(_lines_of(address), 11) for address in (invoice.sender, invoice.receiver)]
    style = [*_bare(), ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEABOVE", (0, 0), (-1, 0), 0.5, colors.HexColor(RULE))]
    return Table([headings, addresses], colWidths=_mm(85, 85), style=style)


def _goods(invoice: CustomsInvoice) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Table

    declared = invoice.declaration
    headings = ("Goods", "HS code", "Origin", "Units", "Weight", f"Value, {declared.currency}")
    units = sum(line.quantity for line in declared.lines)
    weight = _weight(declared.weight_grams) if all(line.weight_grams for line in declared.lines) else UNKNOWN
    total = ("Total", "", "", str(units), weight, _amount(declared.value_minor, declared.currency))
    rows = [_row(headings, size=9, colour=GREY)]
    rows += [_line(line, declared.currency) for line in declared.lines]
    rows.append(_row(total, bold=True))
    style = [
        ("LINEBELOW", (0, 0), (-1, -2), 0.5, colors.HexColor(RULE)),
        ("BACKGROUND", (0, -1), (-1, -1), colors.HexColor(SHADE)),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table(rows, colWidths=_mm(*WIDTHS_MM), repeatRows=1, style=style)


def _line(line: DeclaredLine, currency: str) -> list[Any]:
    weight = _weight(line.weight_grams) if line.weight_grams else UNKNOWN
    texts = ("", line.hs_code or UNKNOWN, line.origin_country or UNKNOWN, str(line.quantity), weight)
    goods = [_text([line.description], 10)]
    if line.sku != line.description:
        goods.append(_text([line.sku], 8, colour=GREY))
    return [goods, *_row((*texts, _amount(line.value_minor, currency)))[1:]]


def _row(texts: Sequence[str], *, size: int = 10, bold: bool = False, colour: str = "black") -> list[Any]:
    return [
        _text([text], size, bold=bold, colour=GREY if text == UNKNOWN else colour, right=column >= FIRST_FIGURE)
        for column, text in enumerate(texts)
    ]


def _statement(invoice: CustomsInvoice) -> list[str]:
    declared = invoice.declaration
    way = f"from {declared.sender_country} to {declared.warehouse_country}"
    return [
        f"Reason for export: {declared.reason}, {way}.",
        "The goods were sold to the sender and go back to the seller. Nothing is to be paid for them: the values are "
        "what the sender had paid, and are stated for customs alone.",
    ]


def _said(texts: Sequence[str]) -> Any:
    """Words as wide as the tables around them."""
    from reportlab.platypus import Table

    return Table([[_text(texts, 10)]], colWidths=_mm(170), style=_bare())


def _signature(invoice: CustomsInvoice) -> Any:
    from reportlab.lib import colors
    from reportlab.platypus import Spacer, Table

    declared = _text(["I declare that what is stated on this page is true and complete."], 10)
    names = [_text([name], 9, colour=GREY) for name in ("Name", "Place and date", "Signature")]
    blank = [_text([invoice.sender.name], 11), "", ""]
    style = [
        *_bare(),
        ("SPAN", (0, 0), (-1, 0)),
        ("TOPPADDING", (0, 1), (-1, 1), 26),
        *(("LINEBELOW", (column, 1), (column, 1), 0.5, colors.black) for column in (0, 2, 4)),
    ]
    rows = [
        [declared, "", "", "", ""],
        [blank[0], Spacer(1, 1), blank[1], Spacer(1, 1), blank[2]],
        [names[0], "", names[1], "", names[2]],
    ]
    return Table(rows, colWidths=_mm(54, 4, 54, 4, 54), style=style)


def _lines_of(address: Address) -> list[str]:
    town = f"{address.postal_code} {address.city}".strip()
    texts = (address.name, address.street1, address.street2, town, address.region, address.country)
    return [text for text in texts if text]


def _weight(grams: int) -> str:
    return f"{grams / 1000:.3f} kg"


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor=minor, currency=currency)).removesuffix(f" {currency}")


def _text(texts: Sequence[str], size: int, *, bold: bool = False, colour: str = "black", right: bool = False) -> Any:
    from reportlab.lib.enums import TA_LEFT, TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    style = ParagraphStyle(
        "customs",
        fontName="Helvetica-Bold" if bold else "Helvetica",
        fontSize=size,
        leading=size * 1.35,
        textColor=colour,
        alignment=TA_RIGHT if right else TA_LEFT,
    )
    return Paragraph("<br/>".join(shown(text) for text in texts), style)


def _bare() -> list[Any]:
    return [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 4)]


def _mm(*widths: float) -> list[float]:
    from reportlab.lib.units import mm

    return [width * mm for width in widths]
