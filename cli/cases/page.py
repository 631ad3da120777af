"""One case on one page: where it stands, its lines, its money and its timeline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.console import RenderableType
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from cli.tables import distance, moment, plain_table
from domain.adjustments.case import Adjustment
from domain.case_documents import CaseDocument
from domain.cases import Progress, TimelineEntry, WaitingFor
from domain.money import Money
from domain.orders import Order
from domain.payment_issues.case import PaymentIssue
from domain.payouts import Payout
from domain.promises.models import Promise, PromiseState
from domain.reimbursements import ReimbursementPlan
from domain.returns.views import PayoutView, RefundView, ReturnView
from records.models import LedgerEntry
from records.operations import CaseStanding


def head(standing: CaseStanding, now: datetime) -> Panel:
    """Where the case stands and what it needs."""
    progress = standing.progress
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row("state", Text(progress.state, style=f"bold {_colour(progress, now)}"))
    grid.add_row("waiting for", f"{progress.waiting_for}, since {_when(progress.since, now)}")
    if progress.deadline is not None:
        grid.add_row("until", _when(progress.deadline, now))
    grid.add_row("next step", escape(progress.next_step))
    grid.add_row("order", escape(standing.order_id))
    grid.add_row("opened", f"{_when(standing.opened_at, now)} by {escape(standing.opened_by)}")
    grid.add_row("changed", f"{_when(standing.updated_at, now)}, version {standing.version}")
    grid.add_row("workflow", escape(standing.ref.workflow_id))
    title = f"[bold]{standing.ref.kind.replace('_', ' ').capitalize()} {standing.ref.rma}[/] of {standing.ref.merchant}"
    return Panel(grid, title=title, title_align="left", border_style=_colour(progress, now), expand=False)


def body(view: ReturnView, order: Order | None, ledger: Sequence[LedgerEntry]) -> Iterator[RenderableType]:
    """What a return says beside its head; the order gives its lines their names."""
    yield _lines(view, order)
    for finding in view.reasons:
        yield sentence(f"{view.verdict}, {finding.rule}", f"{finding.detail} {finding.way_out}")
    if view.label is not None:
        yield sentence("label", f"{view.label.carrier} {view.label.service}, {view.label.tracking_number}")
    if view.approval is not None:
        for finding in view.approval.reasons:
            yield sentence(f"approval, {finding.rule}", finding.detail)
        if view.approval.decided_by:
            yield sentence(f"decided by {view.approval.decided_by}", f"{view.approval.decision}. {view.approval.note}")
    if view.refund is not None:
        yield _amounts(view.refund)
    if view.payouts:
        yield payouts_table(view.payouts)
    if ledger:
        yield ledger_table(ledger)


def money(case: CaseDocument, ledger: Sequence[LedgerEntry]) -> Iterator[RenderableType]:
    """What a case of another kind says beside its head: what it is about, and how its money moved."""
    if isinstance(case, Adjustment):
        yield sentence(case.asked.kind, case.asked.why)
        if case.refusal is not None:
            yield sentence(f"refused, {case.refusal.code}", f"{case.refusal.detail} {case.refusal.way_out}")
        for finding in case.approval_reasons:
            yield sentence(f"approval, {finding.rule}", finding.detail)
        if case.approval is not None:
            said = f"{case.approval.decision}. {case.approval.note}"
            yield sentence(f"decided by {case.approval.actor.name}", said)
        if case.plan is not None:
            yield planned(case.plan)
    if isinstance(case, PaymentIssue):
        yield sentence(case.cause.replace("_", " "), case.why)
    if case.payouts:
        yield payouts_table(case.payouts)
    if ledger:
        yield ledger_table(ledger)


def promises(told: Sequence[Promise]) -> Table:
    """Every date that the customer was told, and what became of it."""
    table = plain_table("what", "by (UTC)", "told at (UTC)", "by whom", "state", title="Told to the customer")
    for each in told:
        late = f", done {moment(each.kept_at)}" if each.kept_at and each.state is PromiseState.BROKEN else ""
        what = each.kind.removesuffix("_by").replace("_", " ")
        table.add_row(what, moment(each.due_at), moment(each.told_at), escape(each.told_by.name), f"{each.state}{late}")
    return table


def timeline(entries: Sequence[TimelineEntry]) -> Table:
    """All that happened, oldest first."""
    table = plain_table("at (UTC)", "who", "what", title="Timeline")
    for entry in entries:
        who = f"{escape(entry.actor.name)} [dim]{entry.actor.role}[/]"
        table.add_row(f"{entry.at:%Y-%m-%d %H:%M:%S}", who, f"{escape(entry.summary)} [dim]{entry.event}[/]")
    return table


def _lines(view: ReturnView, order: Order | None) -> Table:
    names = {line.line_id: line.title or line.sku for line in order.lines} if order else {}
    becomes = {unit.line_id: unit for unit in view.dispositions}
    table = plain_table("line", "goods", "reason", "asked", "received", "inspected", "becomes", title="Lines")
    for line in view.lines:
        disposed = becomes.get(line.line_id)
        table.add_row(
            line.line_id,
            escape(names.get(line.line_id, "")),
            line.reason,
            str(line.quantity),
            str(line.received),
            str(line.inspected),
            disposed.disposition if disposed else "",
        )
    return table


def _amounts(refund: RefundView) -> Table:
    table = plain_table("for", "line", "amount", "why", title="Reimbursement")
    table.columns[2].justify = "right"
    for amount in refund.amounts:
        why = f"{escape(amount.explanation)} [dim]{escape(amount.rule)}[/]"
        table.add_row(amount.kind, amount.line_id or "", _money(amount.amount_minor, refund.currency), why)
    paid = f"{_money(refund.refunded_minor, refund.currency)} of it has gone out"
    table.add_row("[bold]total[/]", "", f"[bold]{_money(refund.proposed_minor, refund.currency)}[/]", paid)
    return table


def planned(plan: ReimbursementPlan) -> Table:
    """What a plan comes to, amount by amount."""
    table = plain_table("for", "amount", "why", title="It comes to")
    table.columns[1].justify = "right"
    for amount in plan.lines:
        table.add_row(amount.kind, _money(amount.amount_minor, plan.currency), escape(amount.explanation))
    table.add_row("[bold]total[/]", f"[bold]{_money(plan.total_minor, plan.currency)}[/]", "")
    return table


def payouts_table(payouts: Sequence[Payout | PayoutView]) -> Table:
    """Each movement of money to the customer."""
    table = plain_table("number", "payment", "amount", "state", "provider's reference", "failure", title="Payouts")
    for payout in payouts:
        amount = _money(payout.amount_minor, payout.currency)
        reference, failure = escape(payout.provider_reference), escape(payout.failure)
        table.add_row(str(payout.number), escape(payout.payment_id), amount, payout.state, reference, failure)
    return table


def ledger_table(entries: Sequence[LedgerEntry]) -> Table:
    """What the ledger has of the case."""
    table = plain_table("at (UTC)", "entry", "amount", "payout", "provider's reference", title="Ledger")
    for entry in entries:
        payout = "" if entry.payout is None else str(entry.payout)
        amount = _money(entry.amount_minor, entry.currency)
        table.add_row(moment(entry.at), entry.kind, amount, payout, escape(entry.provider_reference))
    return table


def sentence(name: str, words: str) -> Text:
    """A name, and what is said of it."""
    return Text.assemble((f"{name}: ", "dim"), words.strip())


def _money(minor: int, currency: str) -> str:
    return str(Money(minor=minor, currency=currency))


def _when(at: datetime, now: datetime) -> str:
    return f"{moment(at)} UTC ({distance(at, now)})"


def _colour(progress: Progress, now: datetime) -> str:
    if progress.waiting_for is WaitingFor.NOTHING:
        return "green"
    return "red" if progress.deadline is not None and progress.deadline < now else "yellow"
