"""The words that conditions are written in: every fact with its type, its meaning and an example."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from domain.policies.abuse import Signal
from domain.policies.parts import PolicyPart


class FactType(StrEnum):
    """What kind of value a fact has; CEL compares like with like only."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes or no"
    LIST = "list of texts"


class Fact(PolicyPart):
    """One word of the vocabulary. `values` are all it can be, when they are few."""

    name: str
    type: FactType
    meaning: str
    example: Any
    values: tuple[str, ...] = ()


def _text(name: str, meaning: str, example: str, *values: str) -> Fact:
    return Fact(name=name, type=FactType.TEXT, meaning=meaning, example=example, values=values)


def _number(name: str, meaning: str, example: int) -> Fact:
    return Fact(name=name, type=FactType.NUMBER, meaning=meaning, example=example)


def _yes_no(name: str, meaning: str, example: bool) -> Fact:
    return Fact(name=name, type=FactType.YES_NO, meaning=meaning, example=example)


_LINE = (
    _text("category", "category of the goods", "electronics"),
    _text("sku", "the shop's number of the goods", "MUG-BLUE"),
    _yes_no("final_sale", "the shop sold the line as final", False),
    _number("unit_price_minor", "price of one unit before discounts, in minor units", 1250),
    _number("discount_percent", "discount on the line itself, rounded down", 0),
    _number("quantity", "units of the line that are to come back", 1),
    _number("ordered_quantity", "units of the line that were bought", 2),
    _number("value_minor", "price of the units that come back, after the line's own discount", 1250),
    _number("cost_minor", "what one unit cost the shop, in minor units, 0 when unknown", 600),
    _number("weight_grams", "weight of one unit, 0 when unknown", 400),
    _text("reason", "the customer's reason, a code of `reasons`", "changed_mind"),
    _text("fault", "whose fault the reason makes it", "customer", "merchant", "carrier", "customer", "none"),
    _number("evidence", "photos and other evidence that came with the line", 0),
    _yes_no("delivered", "whether the day of delivery is known", True),
    _number("days_since_delivery", "days in the shop's time zone; from the assumed delivery while none is known", 6),
    _text("delivered_on", "day of delivery, or the assumed one", "2026-03-04"),
)
_ORDER = (
    _number("days_since_order", "days in the shop's time zone", 9),
    _text("ordered_on", "day of the order", "2026-03-01"),
    _text("asked_on", "day of the request", "2026-03-10"),
    _text("season", "the season of `seasons` in which it was ordered, or empty", ""),
    _text("country", "country of the customer's address, ISO 3166-1", "GB"),
    _text("customer_group", "the customer's group as the shop told it, or empty", ""),
    _text("sales_channel", "where it was sold, as the shop told it, or empty", ""),
    _text("currency", "currency of the order, ISO 4217", "GBP"),
    _number("order_value_minor", "price of all goods of the order before order discounts", 2500),
    _number("return_value_minor", "`value_minor` of all lines of the request together", 1250),
    _number("return_quantity", "units of all lines of the request together", 1),
    Fact(
        name="payment_methods",
        type=FactType.LIST,
        meaning="how the order was paid: card, wallet, bank, gift_card, store_credit",
        example=("card",),
        values=("card", "wallet", "bank", "gift_card", "store_credit"),
    ),
)
_INSPECTION = (
    _text(
        "condition",
        "what the inspector found",
        "as_new",
        "as_new",
        "opened",
        "used",
        "damaged",
        "wrong_item",
        "not_in_parcel",
    ),
    _text("grade", "how good the goods still are", "A", "A", "B", "C", "D"),
    _yes_no("accepted", "whether the units are paid for", True),
)
_RISK = (
    _number("return_rate_percent", "value that comes back of what was bought, this request included, rounded down", 4),
    _number("return_rate_units_percent", "units that come back of those bought, this request included", 4),
    _number("bought_before_minor", "value of goods bought in the window of `abuse.return_rate`", 250000),
    _number("returned_before_minor", "value that came back in it", 10000),
    _number("orders_before", "orders in it, this one included", 12),
    _number("returns_before", "returns in the window of `abuse.velocity`", 1),
    _number("no_receipt_claims", "claims in the window of `abuse.no_receipt_claims`, this one included", 0),
    _number("kept_before_minor", "value paid back and kept in the window of `abuse.keep_items_budget`", 0),
    _number("worn_units_before", "used units sent back in the window of `abuse.worn_goods`", 0),
    _number("accounts_at_address", "accounts that order to this address", 1),
    _number("accounts_with_payment", "accounts that pay with the same card or account", 1),
    Fact(
        name="signals",
        type=FactType.LIST,
        meaning="the signals that were seen at the request and are not cleared",
        example=("velocity",),
        values=tuple(Signal),
    ),
)

_PROBLEMS = ("damaged", "wrong_item", "missing", "not_as_described", "defective")
_CLAIM = (
    _text("problem", "what the customer says is wrong", "damaged", *_PROBLEMS),
    _text("wish", "what the customer would like", "refund", "refund", "replace"),
    _yes_no("in_warranty", "the goods are registered and their warranty has not ended", False),
    _yes_no("serial_known", "the serial number that the customer names is one that was sold", False),
    _number("earlier_claims", "claims on the same line that were not denied", 0),
)
_DESTINATION = _text("warehouse", "the warehouse that takes the line, by the table `warehouses`", "main")

REQUEST_FACTS = {fact.name: fact for fact in (*_LINE, *_ORDER)}
INSPECTION_FACTS = REQUEST_FACTS | {fact.name: fact for fact in _INSPECTION}
# A claim has a problem instead of a reason, which is one of the policy's own list.
CLAIM_FACTS = {name: fact for name, fact in REQUEST_FACTS.items() if name != "reason"}
CLAIM_FACTS |= {fact.name: fact for fact in _CLAIM}
ABUSE_FACTS = REQUEST_FACTS | {fact.name: fact for fact in _RISK}
# Of CEL's functions those that a rule can need and whose cost follows the length of a text.
FUNCTIONS = ("startsWith", "endsWith", "contains", "matches", "size")


def facts_of(table: str) -> dict[str, Fact]:
    """The vocabulary of one table: dispositions are decided after the inspection, claims have words of their own.

    Only rules against abuse may ask what is on record about the customer; return methods are decided when the warehouse
    is known.
    """
    own = {"dispositions": INSPECTION_FACTS, "claims": CLAIM_FACTS, "abuse_rules": ABUSE_FACTS}
    own["return_methods"] = REQUEST_FACTS | {_DESTINATION.name: _DESTINATION}
    return own.get(table, REQUEST_FACTS)
