"""The label as one PDF page of 4 by 6 inches; the same shipment always gives the same bytes."""

from __future__ import annotations

import io
from typing import Any

from sandbox.store import Document


def draw_label(shipment: Document) -> bytes:
    """The page: who sends, who receives, the service, and the tracking code as Code 128 and in letters."""
    # Imported late: drawing needs a third of a second of imports that most runs of the sandbox never use.
    from reportlab.graphics.barcode.code128 import Code128
    from reportlab.lib.units import inch
    from reportlab.pdfgen.canvas import Canvas

    page = io.BytesIO()
    canvas = Canvas(page, pagesize=(4 * inch, 6 * inch), invariant=1)
    canvas.setTitle(f"Label {shipment['tracking_code']}")
    rate = shipment["selected_rate"]
    canvas.setFont("Helvetica-Bold", 18)
    canvas.drawString(0.3 * inch, 5.5 * inch, f"{rate['carrier']} {rate['service']}")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(0.3 * inch, 5.25 * inch, "RETURN" if shipment["is_return"] else "PARCEL")
    _write_address(canvas, shipment["from_address"], top=4.9 * inch, heading="From")
    _write_address(canvas, shipment["to_address"], top=3.6 * inch, heading="To")
    barcode = Code128(shipment["tracking_code"], barHeight=0.9 * inch, barWidth=1.1)
    barcode.drawOn(canvas, 0.2 * inch, 1.0 * inch)
    canvas.drawString(0.3 * inch, 0.75 * inch, shipment["tracking_code"])
    if shipment["reference"]:
        canvas.drawString(0.3 * inch, 0.5 * inch, f"Reference {shipment['reference']}")
    canvas.showPage()
    canvas.save()
    return page.getvalue()


def _write_address(canvas: Any, address: Document, *, top: float, heading: str) -> None:
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(22, top, heading)
    canvas.setFont("Helvetica", 11)
    town = " ".join(address[part] or "" for part in ("city", "state", "zip"))
    lines = [address["name"], address["company"], address["street1"], address["street2"], town, address["country"]]
    for number, line in enumerate((line for line in lines if line), start=1):
        canvas.drawString(22, top - 14 * number, str(line)[:48])
