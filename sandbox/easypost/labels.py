"""The label as one PDF page of 4 by 6 inches, as commands or as a code; the same shipment always gives the same bytes."""

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


def write_commands(shipment: Document) -> bytes:
    """The same label for a label printer of 203 dots per inch, in ZPL."""
    rate = shipment["selected_rate"]
    receiver = shipment["to_address"]
    words = [f"{rate['carrier']} {rate['service']}", *_lines(receiver)]
    fields = [f"^FO40,{60 + 50 * number}^A0N,36^FD{_harmless(word)}^FS" for number, word in enumerate(words)]
    barcode = f"^FO40,700^BY3^BCN,180,Y,N^FD{shipment['tracking_code']}^FS"
    return "\n".join(["^XA", "^CI28", *fields, barcode, "^XZ", ""]).encode()


def draw_code(shipment: Document) -> bytes:
    """The code for the counter, as a picture: it names the parcel."""
    import segno

    page = io.BytesIO()
    segno.make(shipment["tracking_code"], error="m", micro=False).save(page, kind="png", scale=8)
    return page.getvalue()


def _harmless(word: str) -> str:
    """Without the signs that begin a command."""
    return word.replace("^", " ").replace("~", " ")


def _lines(address: Document) -> list[str]:
    town = " ".join(address[part] or "" for part in ("city", "state", "zip"))
    lines = [address["name"], address["company"], address["street1"], address["street2"], town, address["country"]]
    return [str(line) for line in lines if line]


def _write_address(canvas: Any, address: Document, *, top: float, heading: str) -> None:
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(22, top, heading)
    canvas.setFont("Helvetica", 11)
    for number, line in enumerate(_lines(address), start=1):
        canvas.drawString(22, top - 14 * number, line[:48])
