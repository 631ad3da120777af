"""What each line really cost: its share of the bundle it was sold in and of the discounts on the order."""

from __future__ import annotations

from collections.abc import Iterable

from domain.money import allocate, share, split_running
from domain.orders import Bundle, Order, OrderDiscount, OrderLine, TaxLine
from domain.reimbursements.amounts import ReimbursementPart


class PriceCut(ReimbursementPart):
    """Why a line cost less than its units alone, and by how much."""

    title: str
    amount_minor: int
    discount_id: str | None = None


class LinePrice(ReimbursementPart):
    """The price of a whole line after everything, and the taxes charged on it (inside the price or on top)."""

    price_minor: int
    before_discounts_minor: int
    taxes: tuple[TaxLine, ...]
    cuts: tuple[PriceCut, ...]


def price_lines(order: Order) -> dict[str, LinePrice]:
    """By line id, what each line cost; together exactly what the order's goods cost."""
    cuts = {line.line_id: _own_cuts(line) for line in order.lines}
    for bundle in order.bundles:
        for line_id, saving in _bundle_savings(bundle, order):
            cuts[line_id].append(PriceCut(title=f"bundle {bundle.bundle_id}", amount_minor=saving))
    full = {line.line_id: line.unit_price_minor * line.quantity for line in order.lines}
    before = {line_id: price - sum(cut.amount_minor for cut in cuts[line_id]) for line_id, price in full.items()}
    left = dict(before)
    # What an exchange added was never discounted: it is worth what was paid for it.
    sold = [line.line_id for line in order.lines if not line.added_by]
    for discount in order_of_sharing(order.discounts, lines=len(sold)):
        title = f"order discount {discount.discount_id}"
        for line_id, part in _share_discount(discount, {line_id: left[line_id] for line_id in sold}):
            left[line_id] -= part
            cuts[line_id].append(PriceCut(title=title, amount_minor=part, discount_id=discount.discount_id))
    taxes = {line.line_id: line.taxes for line in order.lines}
    for bundle in order.bundles:
        taxes |= _share_bundle_taxes(bundle, left, order.tax_included)
    return {
        line_id: LinePrice(
            price_minor=left[line_id],
            before_discounts_minor=before[line_id],
            taxes=taxes[line_id],
            cuts=tuple(cuts[line_id]),
        )
        for line_id in left
    }


def order_of_sharing(discounts: Iterable[OrderDiscount], *, lines: int) -> list[OrderDiscount]:
    """Narrow discounts first, so that a wide one does not take from a line what only that line can carry."""
    return sorted(discounts, key=lambda discount: len(discount.line_ids) or lines)


def _own_cuts(line: OrderLine) -> list[PriceCut]:
    return [PriceCut(title="discount on the line", amount_minor=line.discount_minor)] if line.discount_minor else []


def _bundle_savings(bundle: Bundle, order: Order) -> list[tuple[str, int]]:
    """How much less each part costs in the bundle than alone; negative where it costs more."""
    alone = {line.line_id: line.price_minor for line in order.lines if line.line_id in bundle.line_ids}
    parts = allocate(bundle.price_minor, list(alone.values()))
    return [(line_id, price - part) for (line_id, price), part in zip(alone.items(), parts, strict=True)]


def _share_discount(discount: OrderDiscount, left: dict[str, int]) -> list[tuple[str, int]]:
    """The share of each line in proportion to the price it has left.

    What the lines of the discount cannot carry falls on the other lines: no line is ever worth less than nothing, and
    the shares always sum to the discount.
    """
    named = set(discount.line_ids or left)
    own = [line_id for line_id in left if line_id in named]
    others = [line_id for line_id in left if line_id not in named]
    carried = min(discount.amount_minor, sum(left[line_id] for line_id in own))
    overflow = discount.amount_minor - carried
    parts = list(zip(own, allocate(carried, [left[line_id] for line_id in own]), strict=True))
    if overflow:
        parts += zip(others, allocate(overflow, [left[line_id] for line_id in others]), strict=True)
    return [(line_id, part) for line_id, part in parts if part]


def _share_bundle_taxes(bundle: Bundle, prices: dict[str, int], tax_included: bool) -> dict[str, tuple[TaxLine, ...]]:
    """The taxes of each part, in proportion to its price: gross, net and every tax sum to those of the bundle."""
    amounts = [tax.amount_minor for tax in bundle.taxes]
    price = sum(prices[line_id] for line_id in bundle.line_ids)
    gross = price if tax_included else price + sum(amounts)
    shared: dict[str, tuple[TaxLine, ...]] = {}
    so_far, taxed = 0, [0] * len(amounts)
    for count, line_id in enumerate(bundle.line_ids, start=1):
        so_far += prices[line_id]
        running = share(gross, so_far, price) if price else share(gross, count, len(bundle.line_ids))
        *upto, _ = split_running(running, [*amounts, gross - sum(amounts)])
        parts = zip(bundle.taxes, upto, taxed, strict=True)
        shared[line_id] = tuple(tax.model_copy(update={"amount_minor": now - then}) for tax, now, then in parts)
        taxed = upto
    return shared
