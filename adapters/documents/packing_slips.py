"""Packing slips as PDF by reportlab, with the number of the return as QR code and Code 128; drawn twice they are the same bytes."""

from __future__ import annotations

import io
from typing import Any

from adapters.documents.fonts import shown
from domain.goods_back.papers import PackingSlip

GREY = "#555555"
# Of one module of the QR code: with the quiet zone of 4 it can be read from half a metre.
MODULE_MM = 1.1


class PdfSlipPages:
    """Implements `domain.goods_back.papers.SlipPages`."""

    def draw_slip(self, slip: PackingSlip) -> bytes:
        """The slip on as many pages of A4 as its lines need; the codes are at the top of the first."""
        # Imported late: drawing needs a third of a second of imports that most processes never use.
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.units import mm
        from reportlab.platypus import SimpleDocTemplate, Spacer

        page = io.BytesIO()
        template = SimpleDocTemplate(
            page,
            pagesize=A4,
            leftMargin=20 * mm,
            rightMargin=20 * mm,
            topMargin=18 * mm,
            title=f"Return {slip.rma}",
            author="",
            invariant=1,
        )
        gap = Spacer(1, 8 * mm)
        template.build([_head(slip), gap, _goods(slip), gap, _text(_advice(slip), 10, colour=GREY)])
        return page.getvalue()

    def draw_code(self, text: str) -> bytes:
        """The code with its quiet zone, to be scaled as one likes."""
        import segno

        drawn = io.BytesIO()
        segno.make(text, error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, xmldecl=False)
        return drawn.getvalue()


def _head(slip: PackingSlip) -> Any:
    """On the left the number and where the parcel goes, on the right the codes for the scanner."""
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.lib.units import mm
    from reportlab.platypus import Spacer, Table

    gap = Spacer(1, 5 * mm)
    left = [_text("Return", 12, colour=GREY), _text(slip.rma, 30, bold=True), gap, _text(_about(slip), 11), gap]
    if slip.return_to:
        left += [_text("Send to", 10, colour=GREY), _text("\n".join(slip.return_to), 13)]
    right = [_qr(slip.rma), Spacer(1, 3 * mm), Code128(slip.rma, barHeight=16 * mm, barWidth=0.42 * mm, quiet=False)]
    style = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    return Table([[left, right]], colWidths=[100 * mm, 70 * mm], style=style)


def _qr(text: str) -> Any:
    import segno
    from reportlab.graphics.shapes import Drawing, Rect
    from reportlab.lib import colors
    from reportlab.lib.units import mm

    rows = [list(row) for row in segno.make(text, error="m", micro=False).matrix_iter(border=4)]
    side = MODULE_MM * mm
    drawing = Drawing(len(rows) * side, len(rows) * side)
    for number, row in enumerate(rows):
        for column, dark in enumerate(row):
            if dark:
                top = (len(rows) - 1 - number) * side
                drawing.add(Rect(column * side, top, side, side, fillColor=colors.black, strokeColor=None))
    return drawing


def _goods(slip: PackingSlip) -> Any:
    from reportlab.lib import colors
    from reportlab.lib.units import mm
    from reportlab.platypus import Table

    rows = [[_text(heading, 9, colour=GREY) for heading in ("In this parcel", "Number", "Units")]]
    rows += [
        [_text(line.title or line.sku, 11), _text(line.sku, 11), _text(str(line.quantity), 11)] for line in slip.lines
    ]
    style = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.lightgrey),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    return Table(rows, colWidths=[100 * mm, 50 * mm, 20 * mm], repeatRows=1, style=style)


def _about(slip: PackingSlip) -> str:
    parcel = f"\nParcel {slip.delivery} of {slip.deliveries}" if slip.deliveries > 1 else ""
    return f"Order {slip.order_id}{parcel}"


def _advice(slip: PackingSlip) -> str:
    other = " Other goods of this return travel in a parcel of their own." if slip.deliveries > 1 else ""
    return f"Put this page into the parcel: the warehouse knows your return by its code.{other}"


def _text(text: str, size: int, *, bold: bool = False, colour: str = "black") -> Any:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph

    font = "Helvetica-Bold" if bold else "Helvetica"
    style = ParagraphStyle(f"{font}{size}{colour}", fontName=font, fontSize=size, leading=size * 1.3, textColor=colour)
    return Paragraph(shown(text).replace("\n", "<br/>"), style)
