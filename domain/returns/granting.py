"""What the policy's tables grant for one line of goods, put together into its terms; of a return and of a claim alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.policies import (
    Exchange,
    ExchangeFor,
    Fault,
    Fees,
    LineTerms,
    Method,
    Methods,
    RefundMoment,
    ReturnMethod,
    ReturnMethods,
    Shortfall,
)

# What is granted where the policy has no such table.
WITHOUT_TABLE: dict[str, Any] = {
    "fees": Fees(),
    "methods": Methods(offer=(Method.ORIGINAL_PAYMENT,)),
    "exchanges": Exchange(exchange_for=ExchangeFor.NOTHING),
}
# Decided last, when the warehouse is known, which is among its facts.
LAST_TABLE = "return_methods"


def grant_terms(thens: Mapping[str, Any], *, fault: Fault, return_method: ReturnMethod | None = None) -> LineTerms:
    """The terms, by table name what each decided; `return_method` is what was chosen, else it is the first one offered."""
    granted = WITHOUT_TABLE | dict(thens)
    timing, keeping, checklist = (granted.get(name) for name in ("refund_timing", "keep_items", "checklists"))
    destination, ways = granted.get("warehouses"), granted.get(LAST_TABLE) or ReturnMethods()
    way = ways.chosen(return_method) or ways.offer[0]
    fees = granted["fees"]
    return LineTerms(
        fault=fault,
        fees=fees.model_copy(update={"return_shipping": way.price}) if way.price else fees,
        refund_at=timing.at if timing else RefundMoment.INSPECTION,
        when_short=timing.when_short if timing else Shortfall.REVIEW,
        methods=granted["methods"].offer,
        store_credit=granted["methods"].store_credit,
        exchange=granted["exchanges"],
        keep=keeping.keep if keeping else False,
        checklist=checklist.checks if checklist else (),
        warehouse=destination.warehouse if destination else "",
        return_methods=ways.offer,
        usual_shipping=fees.return_shipping,
        return_method=way,
    )
