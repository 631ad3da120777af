"""Credit notes: what was paid back, line by line, with net and tax by rate; written once and never changed.

A note is made from a plan and from what has settled of it. Net and taxes come from running totals of the plan, so the
notes of a reimbursement together are exactly what was paid, however often and in whatever parts it settled.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Protocol, runtime_checkable

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.money import split_running
from domain.orders import Customer, Order
from domain.payouts import DUE, Payout, PayoutMethod, PayoutState
from domain.policies import CreditNoteRules
from domain.reimbursements import (
    Credit,
    CreditedTax,
    PositionKind,
    ReimbursementPlan,
    TaxGroup,
    group_by_rate,
    position_key,
)

# What may still settle by itself: its note waits for it, so that one reimbursement has one note where it can.
UNDER_WAY = DUE | {PayoutState.ACCEPTED}
# Where a plan was made before its positions were kept, the note knows only the sum.
WHOLE_ORDER = "order"


class NotePart(BaseModel):
    """Parts of a credit note are values."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NoteKind(StrEnum):
    """Whether a note credits the customer, or takes back what an earlier one said."""

    CREDIT = "credit"
    CORRECTION = "correction"


class NoteLine(NotePart):
    """What was paid back on one position of the order; negative in a correction."""

    position: str
    title: str
    sku: str = ""
    quantity: Annotated[int, Field(description="Units that came back; 0 on a later note about the same units.")] = 0
    net_minor: int
    taxes: tuple[CreditedTax, ...] = ()
    gross_minor: int


class NotePayout(NotePart):
    """A payout that the note is about, negative when it came back."""

    key: str
    rma: str
    number: int
    payment_id: str
    method: PayoutMethod
    amount_minor: int


class CreditNote(NotePart):
    """A credit note as it was written. Lines, tax groups and payouts each sum to the total."""

    number: str
    sequence: int
    kind: NoteKind
    corrects: Annotated[str, Field(description="The note before it of the same reimbursement, if it corrects one.")] = (
        ""
    )
    issued_at: AwareDatetime
    merchant: str
    issuer: tuple[str, ...] = ()
    order_id: str
    order_version: int
    rma: Annotated[str, Field(description="The case that was reimbursed.")]
    currency: str
    lines: tuple[NoteLine, ...]
    taxes: Annotated[tuple[TaxGroup, ...], Field(description="Net and taxes by rate, highest first.")]
    net_minor: int
    tax_minor: int
    total_minor: int
    payouts: tuple[NotePayout, ...]


@runtime_checkable
class Reimbursed(Protocol):
    """A case with a plan of its own, as far as a note needs to know it."""

    @property
    def plan(self) -> ReimbursementPlan | None:
        """What is owed."""
        ...

    @property
    def plan_basis(self) -> Any:
        """What the plan was computed from: `order_version` of it."""
        ...


class NoteHead(NotePart):
    """What a note is told from outside: its number, its date, and what it is about."""

    sequence: int
    issued_at: AwareDatetime
    merchant: str
    rma: str
    order_version: int


class NotePages(Protocol):
    """What puts a note on paper."""

    def draw(self, note: CreditNote, customer: Customer) -> bytes:
        """The pages of the note as PDF; the same bytes for the same note and customer."""
        ...


def find_news(settled: Sequence[NotePayout], earlier: Sequence[CreditNote]) -> tuple[NotePayout, ...]:
    """What no note says yet: payouts that have settled since, and those that came back, with what they were as a minus."""
    said: Counter[str] = Counter()
    known: dict[str, NotePayout] = {}
    for payout in (payout for note in earlier for payout in note.payouts):
        said[payout.key] += payout.amount_minor
        known[payout.key] = payout
    present = {payout.key for payout in settled}
    fresh = [payout for payout in settled if said[payout.key] <= 0]
    gone = [
        payout.model_copy(update={"amount_minor": -said[key]})
        for key, payout in known.items()
        if said[key] > 0 and key not in present
    ]
    return (*fresh, *gone)


def write_note(
    plan: ReimbursementPlan,
    order: Order,
    news: Sequence[NotePayout],
    *,
    earlier: Sequence[CreditNote],
    head: NoteHead,
    rules: CreditNoteRules,
) -> CreditNote:
    """The note about `news`, which must not sum to nothing; `earlier` are the notes of the same reimbursement."""
    total, start = sum(payout.amount_minor for payout in news), sum(note.total_minor for note in earlier)
    credits = _credits_between(plan, start, start + total)
    groups = group_by_rate(credits)
    tax = sum(sum(group.taxes_minor) for group in groups)
    is_correction = total < 0
    return CreditNote(
        number=rules.number(head.sequence),
        kind=NoteKind.CORRECTION if is_correction else NoteKind.CREDIT,
        corrects=earlier[-1].number if is_correction and earlier else "",
        issuer=rules.issuer,
        order_id=order.order_id,
        currency=plan.currency,
        lines=tuple(_line(credit, order) for credit in credits),
        taxes=groups,
        net_minor=total - tax,
        tax_minor=tax,
        total_minor=total,
        payouts=tuple(news),
        **head.model_dump(),
    )


def note_payout(rma: str, payout: Payout) -> NotePayout:
    """The payout as notes name it."""
    return NotePayout(rma=rma, **payout.model_dump(include={"key", "number", "payment_id", "method", "amount_minor"}))


def note_receivable(key: str, rma: str, plan: ReimbursementPlan) -> NotePayout:
    """What a customer paid back of a credit, as notes name it: a movement of money that is no payout, below zero."""
    credited = sum(credit.credited_minor for credit in plan.credits)
    return NotePayout(key=key, rma=rma, number=0, payment_id="", method=PayoutMethod.MANUAL, amount_minor=credited)


def _credits_between(plan: ReimbursementPlan, start_minor: int, end_minor: int) -> list[Credit]:
    """What is credited on each position from one running total of the plan to another; positions with nothing left out."""
    positions = _positions(plan)
    before, after = _upto(positions, start_minor), _upto(positions, end_minor)
    first = start_minor == 0
    credits = []
    for position, (net_then, taxes_then), (net_now, taxes_now) in zip(positions, before, after, strict=True):
        taxes = tuple(
            CreditedTax(rate=tax.rate, amount_minor=now - then)
            for tax, now, then in zip(position.taxes, taxes_now, taxes_then, strict=True)
        )
        net = net_now - net_then
        worth = net + sum(tax.amount_minor for tax in taxes)
        if worth or net or (first and position.quantity):
            quantity = position.quantity if first else 0
            credits.append(
                Credit(position=position.position, quantity=quantity, worth_minor=worth, net_minor=net, taxes=taxes)
            )
    return credits


def _positions(plan: ReimbursementPlan) -> list[Credit]:
    """The plan's credits, and last of all whatever of its total they do not hold."""
    rest = plan.total_minor - sum(credit.credited_minor for credit in plan.credits)
    return [*plan.credits, Credit(position=WHOLE_ORDER, worth_minor=rest, net_minor=rest)]


def _upto(positions: Sequence[Credit], minor: int) -> list[tuple[int, list[int]]]:
    """Net and taxes of each position when so much of the plan was paid; all of it is what the plan says, to the unit.

    More than was owed is no credit on any goods, so the last position bears it.
    """
    if not minor:
        return [(0, [0 for _ in credit.taxes]) for credit in positions]
    owed = sum(credit.credited_minor for credit in positions)
    if minor < owed:
        room = [max(0, credit.credited_minor) for credit in positions]
        return [_split(credit, part) for credit, part in zip(positions, split_running(minor, room), strict=True)]
    whole = [(credit.net_minor, [tax.amount_minor for tax in credit.taxes]) for credit in positions]
    (net, taxes), beyond = whole[-1], minor - owed
    return [*whole[:-1], (net + beyond, taxes)]


def _split(credit: Credit, part_minor: int) -> tuple[int, list[int]]:
    taxes = [tax.amount_minor for tax in credit.taxes]
    tax, net = split_running(part_minor, [sum(taxes), credit.net_minor])
    return net, split_running(tax, taxes) if taxes else []


def _line(credit: Credit, order: Order) -> NoteLine:
    kind, _, name = credit.position.partition(":")
    bought = order.line(name)
    title = (bought.title or bought.sku) if bought else ""
    match kind:
        case PositionKind.DUTIES:
            title = f"Import duties: {title}"
        case PositionKind.SHIPPING:
            title = "Shipping"
        case PositionKind.LINE:
            title = title or name
        case _:
            title = "Order"
    return NoteLine(
        position=credit.position,
        title=title,
        sku=bought.sku if bought and credit.position == position_key(PositionKind.LINE, name) else "",
        quantity=credit.quantity,
        net_minor=credit.net_minor,
        taxes=credit.taxes,
        gross_minor=credit.worth_minor,
    )
