"""Credit notes as PDF, drawn by reportlab: the same note is the same bytes, whenever and wherever it is drawn."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from adapters.documents.fonts import shown
from domain.credit_notes import CreditNote, NoteKind
from domain.money import Money
from domain.orders import Customer
from domain.payouts import PayoutMethod
from domain.reimbursements import TaxGroup

_TITLES = {NoteKind.CREDIT: "Credit note", NoteKind.CORRECTION: "Correction of a credit note"}
_PAID = {
    PayoutMethod.PROVIDER: "back to payment {payment}",
    PayoutMethod.STORE_CREDIT: "as store credit",
    PayoutMethod.CREDIT_ACCOUNT: "back to the gift card or store credit of payment {payment}",
    PayoutMethod.MANUAL: "outside, for payment {payment}",
}


class PdfNotePages:
    """Implements `domain.credit_notes.NotePages`."""

    media_type = "application/pdf"

    def draw(self, note: CreditNote, customer: Customer) -> bytes:
        """The note on as many pages of A4 as it needs."""
        # Imported late: drawing needs a third of a second of imports that most processes never use.
        from reportlab.lib.pagesizes import A4
        from reportlab.lib.styles import getSampleStyleSheet
        from reportlab.lib.units import mm
        from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

        styles = getSampleStyleSheet()

        def lines(texts: Sequence[str], style: str = "Normal") -> Any:
            return Paragraph("<br/>".join(shown(text) for text in texts), styles[style])

        page = io.BytesIO()
        title = f"{_TITLES[note.kind]} {note.number}"
        template = SimpleDocTemplate(
            page, pagesize=A4, leftMargin=20 * mm, rightMargin=20 * mm, title=title, author="", invariant=1
        )
        gap = Spacer(1, 6 * mm)
        parts = [lines(note.issuer), gap] if note.issuer else []
        parts += [lines([title], "Title"), lines(_about(note)), gap]
        if address := _address(customer):
            parts += [lines(address), gap]
        parts += [_table(_line_rows(note)), gap, _table(_tax_rows(note)), gap, lines(_payouts(note))]
        template.build(parts)
        return page.getvalue()


def _table(rows: list[list[str]]) -> Any:
    """Rows under a heading that is repeated on each page; the last one is the sum."""
    from reportlab.lib import colors
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, Table

    body = getSampleStyleSheet()["BodyText"]
    # Only the first column holds words of the shop; the others are figures.
    words = [[Paragraph(shown(row[0]), body), *row[1:]] for row in rows]
    rule = (0.5, colors.grey)
    style = [
        ("LINEBELOW", (0, 0), (-1, 0), *rule),
        ("LINEABOVE", (0, -1), (-1, -1), *rule),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]
    first = 170.0 if len(rows[0]) > 4 else 250.0
    return Table(words, colWidths=[first, *[None] * (len(rows[0]) - 1)], repeatRows=1, hAlign="LEFT", style=style)


def _about(note: CreditNote) -> list[str]:
    found = [f"Date: {note.issued_at:%Y-%m-%d}", f"Order: {note.order_id}", f"Case: {note.rma}"]
    return [*found, f"Corrects: {note.corrects}"] if note.corrects else found


def _address(customer: Customer) -> list[str]:
    where = customer.address
    town = f"{where.postal_code} {where.city}".strip()
    texts = [where.name or customer.name, where.street1, where.street2, town, where.region, where.country]
    return [text for text in texts if text]


def _line_rows(note: CreditNote) -> list[list[str]]:
    rows = [["Item", "Units", "Net", "Tax", "Total"]]
    for line in note.lines:
        tax = sum(each.amount_minor for each in line.taxes)
        name = f"{line.title} ({line.sku})" if line.sku and line.sku != line.title else line.title
        amounts = [_say(minor, note) for minor in (line.net_minor, tax, line.gross_minor)]
        rows.append([name, str(line.quantity or ""), *amounts])
    return [*rows, ["Total", "", *(_say(minor, note) for minor in (note.net_minor, note.tax_minor, note.total_minor))]]


def _tax_rows(note: CreditNote) -> list[list[str]]:
    rows = [["Tax", "Net", "Tax", "Total"]]
    for group in note.taxes:
        amounts = (group.net_minor, sum(group.taxes_minor), group.gross_minor)
        rows.append([_rates(group), *(_say(minor, note) for minor in amounts)])
    return [*rows, ["Total", *(_say(minor, note) for minor in (note.net_minor, note.tax_minor, note.total_minor))]]


def _rates(group: TaxGroup) -> str:
    return " and ".join(f"{rate * 100:f}".rstrip("0").rstrip(".") + "%" for rate in group.rates) or "no tax"


def _payouts(note: CreditNote) -> list[str]:
    texts = []
    for payout in note.payouts:
        if not payout.number:
            texts.append(f"{_say(-payout.amount_minor, note)} paid back by the customer (case {payout.rma})")
            continue
        way = _PAID[payout.method].format(payment=payout.payment_id)
        came_back = "came back: paid " if payout.amount_minor < 0 else ""
        texts.append(f"{_say(payout.amount_minor, note)} {came_back}{way} (case {payout.rma}, payout {payout.number})")
    return texts


def _say(minor: int, note: CreditNote) -> str:
    return str(Money(minor=minor, currency=note.currency))
