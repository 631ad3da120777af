"""What a policy says to customers about claims and warranties, about goods that they may keep, and how goods travel back."""

from __future__ import annotations

from collections.abc import Iterator

from domain.money import Money
from domain.policies.claims import ClaimRuling, Remedy, WarrantyTerms
from domain.policies.keeping import BeyondBudget, KeepBudget
from domain.policies.parts import AmountByCurrency
from domain.policies.terms import Answer, Destination, ReturnMethod, ReturnMethods, ReturnOffer, WindowStart

_REMEDY = {
    None: "you get your money back or the same goods again, as you wish",
    Remedy.REFUND: "you get your money back",
    Remedy.REPLACE: "you get the same goods again",
}
_WAY = {
    ReturnMethod.CARRIER_LABEL: "with a label that we send you",
    ReturnMethod.QR_CODE: "with a code that you show at the drop-off",
    ReturnMethod.DROP_OFF: "handed in at a drop-off, without box or label",
    ReturnMethod.OWN_SHIPMENT: "by a carrier of your choice",
    ReturnMethod.STORE: "brought to a store",
}


def tell_claim(ruling: ClaimRuling) -> str:
    """What becomes of such a claim."""
    if ruling.answer is Answer.REFUSE:
        return f"we do not take this on. {ruling.says} {ruling.way_out}".strip()
    if ruling.answer is Answer.REVIEW:
        return f"one of us looks at it. {ruling.says} {ruling.way_out}".strip()
    given = f"you get {ruling.part_percent} % of the price back" if ruling.part_percent else _REMEDY[ruling.remedy]
    ending = ", once the goods are back" if ruling.goods_back else "; the goods stay with you"
    return f"{given}{ending}. {ruling.says}".strip()


def tell_warranty(terms: WarrantyTerms) -> str:
    """How long such goods are under warranty, once they are registered."""
    start = "delivery" if terms.counted_from is WindowStart.DELIVERY else "the order"
    days = "1 day" if terms.days == 1 else f"{terms.days} days"
    return f"{days} from {start}, once you have registered them."


def tell_budget(budget: KeepBudget) -> str:
    """How far goods may be kept, over all returns of a customer."""
    bounds = list(_bounds(budget))
    if not bounds:
        return "As often as the rules above say."
    beyond = "one of us looks at it" if budget.beyond is BeyondBudget.REVIEW else "the goods come back to us"
    return f"Within {budget.within} up to {' and '.join(bounds)}; beyond that {beyond}."


def tell_destination(destination: Destination) -> str:
    """Where such goods go."""
    return f"to our warehouse {destination.warehouse}."


def tell_ways(ways: ReturnMethods) -> str:
    """How such goods may travel, the usual way first."""
    offers = [_tell_offer(offer) for offer in ways.offer]
    ending = ", as you choose" if len(offers) > 1 else ""
    return f"{' or '.join(offers)}{ending}."


def _tell_offer(offer: ReturnOffer) -> str:
    if offer.price is None:
        return _WAY[offer.method]
    return f"{_WAY[offer.method]} ({say_amounts(offer.price) or 'free'})"


def _bounds(budget: KeepBudget) -> Iterator[str]:
    if budget.times is not None:
        yield "once" if budget.times == 1 else f"{budget.times} times"
    if amounts := say_amounts(budget.up_to):
        yield f"goods worth {amounts}"


def say_amounts(amounts: AmountByCurrency) -> str:
    """The amounts in each currency that is named."""
    return " or ".join(str(Money(minor=minor, currency=code)) for code, minor in sorted(amounts.minor.items()) if minor)
