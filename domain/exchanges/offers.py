"""What is wanted in an exchange, as the catalogue has it, and why it cannot be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from domain.catalogue import CatalogueEntry
from domain.catalogue.prices import price_goods
from domain.exchanges.facts import ExchangeAsk, WantedGoods, WantedOffer
from domain.orders import Order, OrderLine
from domain.policies import ExchangeFor, LineTerms, Method
from domain.returns.case import Finding, ReturnLine

SWAPPING = (Method.EXCHANGE, Method.REPLACEMENT)
CHOOSE = "Choose other goods; the catalogue lists what may stand in for the line."
PAYING = (Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT)


def is_exchange(lines: Sequence[ReturnLine]) -> bool:
    """Whether goods are wanted for any of the lines."""
    return any(line.resolution in SWAPPING for line in lines)


def see_offers(
    order: Order, lines: Sequence[ReturnLine], find: Callable[[str], CatalogueEntry | None]
) -> tuple[WantedOffer, ...]:
    """What the lines want, as the catalogue has it; `find` gives the product of a SKU."""
    return tuple(
        _see(order, line, wanted, find(wanted.sku))
        for line in lines
        if line.resolution is Method.EXCHANGE
        for wanted in line.wanted
    )


def find_wish_errors(line: ReturnLine, ask: ExchangeAsk) -> Iterator[Finding]:
    """What makes a wish impossible, whatever the policy says."""
    if line.resolution is Method.EXCHANGE and not line.wanted:
        yield _finding(
            "nothing_wanted",
            line,
            "is to be exchanged, and nothing is wanted for it",
            "Name the goods in `wanted`, or ask for a replacement of the same goods.",
        )
    if line.wanted and line.resolution is not Method.EXCHANGE:
        way_out = "Ask for the resolution exchange, or leave `wanted` out."
        yield _finding("wanted_without_exchange", line, "wants goods, and is not exchanged", way_out)
    if line.resolution in SWAPPING and ask.has_no_address:
        way_out = "Give the address as `gift.ship_to`, or ask for store credit."
        yield _finding("address_missing", line, "is exchanged for goods that nobody said where to send", way_out)
    skus = [wanted.sku for wanted in line.wanted]
    if len(set(skus)) < len(skus):
        yield _finding("repeated_goods", line, "wants the same goods twice", "Add the quantities up.")
    for offer in ask.offers_for(line.line_id):
        yield from _offer_errors(line, offer)


def find_refusal(line_id: str, resolution: Method | None, ask: ExchangeAsk, terms: LineTerms) -> Finding | None:
    """Why the policy does not let the line be exchanged so; None when it does, or when nothing is exchanged."""
    if resolution not in SWAPPING:
        return None
    granted = terms.exchange
    if ask.in_advance and not granted.in_advance:
        detail = f"For line {line_id} the new goods cannot leave before the old ones are back."
        return _refusal("advance_not_offered", line_id, detail, "Ask without `in_advance`.")
    if resolution is Method.REPLACEMENT:
        return None
    if (short := next((offer for offer in ask.offers_for(line_id) if _is_short(offer)), None)) is not None:
        left = f"{short.available} are left" if short.available else "none are left"
        detail = f"Line {line_id} wants {short.quantity} of {short.sku}, of which {left}."
        return _refusal("goods_out_of_stock", line_id, detail, CHOOSE)
    if granted.exchange_for is ExchangeFor.NOTHING:
        detail = f"Line {line_id} cannot be exchanged for other goods."
        return _refusal("exchange_not_offered", line_id, detail, "Ask for a refund, or for a replacement.")
    others = [offer.sku for offer in ask.offers_for(line_id) if not offer.same_product]
    if granted.exchange_for is ExchangeFor.SAME_PRODUCT and others:
        detail = f"Line {line_id} can be exchanged within the same product alone; {', '.join(others)} is another one."
        return _refusal("other_product_not_offered", line_id, detail, "Choose another variant, or ask for a refund.")
    return None


def _is_short(offer: WantedOffer) -> bool:
    """Whether the catalogue knows that there are fewer than that."""
    return offer.available is not None and offer.available < offer.quantity


def _see(order: Order, line: ReturnLine, wanted: WantedGoods, entry: CatalogueEntry | None) -> WantedOffer:
    bare = WantedOffer(line_id=line.line_id, sku=wanted.sku, quantity=wanted.quantity)
    variant = entry.variant(wanted.sku) if entry else None
    if entry is None or variant is None:
        return bare
    sold, known = order.line(line.line_id), entry.availability_of(wanted.sku)
    facts = {
        "product_id": entry.product.product_id,
        "title": variant.title or entry.product.title,
        "category": entry.product.category,
        "gtin": variant.gtin,
        "weight_grams": variant.weight_grams,
        "final_sale": variant.final_sale,
        "withdrawn": entry.product.withdrawn,
        "same_product": _is_of(entry, sold),
        "available": known.available if known else None,
        "price": price_goods(variant, order, quantity=wanted.quantity, stands_for=sold),
    }
    return bare.model_copy(update=facts)


def _is_of(entry: CatalogueEntry, sold: OrderLine | None) -> bool:
    return sold is not None and entry.variant(sold.sku) is not None


def _offer_errors(line: ReturnLine, offer: WantedOffer) -> Iterator[Finding]:
    if not offer.product_id:
        yield _finding("unknown_goods", line, f"wants {offer.sku}, which the catalogue does not have", CHOOSE)
    elif offer.withdrawn:
        yield _finding("goods_withdrawn", line, f"wants {offer.sku}, which is no longer sold", CHOOSE)
    elif offer.price is None:
        what = f"wants {offer.sku}, which has no price in the currency of the order"
        yield _finding("goods_without_price", line, what, CHOOSE)


def _finding(rule: str, line: ReturnLine, what: str, way_out: str) -> Finding:
    return Finding(rule=rule, line_id=line.line_id, detail=f"Line {line.line_id} {what}.", way_out=way_out)


def _refusal(rule: str, line_id: str, detail: str, way_out: str) -> Finding:
    return Finding(rule=rule, policy_rule="exchanges", line_id=line_id, detail=detail, way_out=way_out)
