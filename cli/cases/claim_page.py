"""What a claim says on its page: what is wrong, who said what to it, what is given, and how its goods travel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

from cli.cases.page import ledger_table, payouts_table, planned, sentence
from cli.tables import plain_table
from domain.claims.case import Claim
from domain.claims.views import ClaimView
from domain.goods_back.views import DeliveryView
from domain.money import Money
from domain.orders import Order
from records.models import LedgerEntry


def claim_body(case: Claim, view: ClaimView, order: Order, ledger: Sequence[LedgerEntry]) -> Iterator[RenderableType]:
    """The claim beside its head; the order gives its lines their names."""
    shown = f"{len(view.evidence)} pieces of evidence"
    yield sentence(view.problem.replace("_", " "), f"the customer wishes {view.wish}; {shown}. {view.note}")
    yield _lines(view, order)
    for finding in view.reasons:
        yield sentence(f"{view.verdict}, {finding.rule}", f"{finding.detail} {finding.way_out}")
    for denial in view.denials:
        yield sentence(f"denied by {denial.actor.name}", denial.reason)
        if denial.appeal is not None:
            yield sentence("appealed", denial.appeal.note)
    yield from _given(view)
    if view.deliveries:
        yield _deliveries(view.deliveries)
    for sent in view.replacement_shipments:
        yield sentence(f"replacement {sent.number}", f"{sent.state.replace('_', ' ')}. {sent.shortage}")
    if case.plan is not None:
        yield planned(case.plan)
    if view.payouts:
        yield payouts_table(view.payouts)
    if ledger:
        yield ledger_table(ledger)


def _given(view: ClaimView) -> Iterator[RenderableType]:
    """What is given and by whose word, who bears it, and who approved it."""
    if view.resolution is not None:
        back = ", once the goods are back" if view.resolution.goods_back else ""
        remedy = f"{view.resolution.remedy.replace('_', ' ')}{back}; charged to {view.charged_to}."
        yield sentence(f"given by {view.resolution.actor.name}", f"{remedy} {view.resolution.note}")
    for part in view.paid_as:
        words = str(Money(minor=part.amount_minor, currency=view.currency))
        bonus = f" and a bonus of {Money(minor=part.bonus_minor, currency=view.currency)}" if part.bonus_minor else ""
        yield sentence(f"as {part.method.replace('_', ' ')}", f"{words}{bonus}")
    if view.approval is not None:
        for finding in view.approval.reasons:
            yield sentence(f"approval, {finding.rule}", finding.detail)
        if view.approval.decided_by:
            yield sentence(f"decided by {view.approval.decided_by}", f"{view.approval.decision}. {view.approval.note}")


def _lines(view: ClaimView, order: Order) -> Table:
    names = {line.line_id: line.title or line.sku for line in order.lines}
    becomes = {unit.line_id: unit.disposition for unit in view.dispositions}
    table = plain_table("line", "goods", "claimed", "serial number", "warranty", "where", "becomes", title="Lines")
    for line in view.lines:
        where = ", ".join(f"{count} {reception.replace('_', ' ')}" for reception, count in line.reception.items())
        table.add_row(
            line.line_id,
            escape(names.get(line.line_id, "")),
            str(line.quantity),
            escape(line.serial_number),
            "yes" if line.in_warranty else "",
            where,
            becomes.get(line.line_id, ""),
        )
    return table


def _deliveries(deliveries: Sequence[DeliveryView]) -> Table:
    table = plain_table("parcel", "to", "how", "number", "state", title="Parcels back")
    for each in deliveries:
        how = each.method.replace("_", " ")
        state = each.state.replace("_", " ")
        table.add_row(str(each.number), escape(each.warehouse), how, escape(each.tracking_number), state)
    return table
