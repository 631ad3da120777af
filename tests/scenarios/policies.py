"""What a shop says in its policy: windows by market, store credit for late returns, goods that may be kept."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.orders import Order
from domain.policies import Keeping, LineTerms, Method, Methods, Policy, Rule, Window, always
from domain.returns.case import ReturnLine, Verdict
from domain.returns.eligibility import decide_eligibility
from tests.builders import CONDITIONS, DELIVERED, ORDERED, a_policy, a_return_line, an_order, an_order_line
from tests.scenarios.catalogue import Figures, passes

FOR_EVER = Window(days=3650)


@passes("SC070", "spree/spree", A=False, B=True, C=True)
def windows_by_market(policy: Policy) -> Figures:
    """Market A has 14 days, B 90 and C no end: asked 20 days, 60 days and five years after delivery."""
    windows = (
        Rule[Window](rule="market_a", when='sales_channel == "A"', then=Window(days=14)),
        Rule[Window](rule="market_b", when='sales_channel == "B"', then=Window(days=90)),
        *always(FOR_EVER),
    )
    by_market = a_policy(windows=windows)
    asked = {"A": 20, "B": 60, "C": 5 * 365}
    return {
        market: _decide(an_order(sales_channel=market), by_market, DELIVERED + timedelta(days=days))[0]
        for market, days in asked.items()
    }


@passes("SC053", "solidusio/solidus", **{"89": "original_payment", "91": "store_credit", "none": "not_late"})
def late_returns_bring_store_credit(policy: Policy) -> Figures:
    """Up to 90 days the original payment, after that store credit only; what was not shipped yet is not late."""
    methods = (
        Rule[Methods](rule="late", when="days_since_delivery > 90", then=Methods(offer=(Method.STORE_CREDIT,))),
        *always(Methods(offer=(Method.ORIGINAL_PAYMENT,))),
    )
    by_age = a_policy(windows=always(FOR_EVER), methods=methods)
    figures: Figures = {}
    for days in (89, 91):
        _, terms = _decide(an_order(), by_age, DELIVERED + timedelta(days=days))
        (figures[str(days)],) = map(str, terms.methods)
    _, terms = _decide(an_order(parcels=()), by_age, ORDERED + timedelta(days=1))
    figures["none"] = "not_late" if terms.methods == (Method.ORIGINAL_PAYMENT,) else "late"
    return figures


@passes("SC172", "help.loopreturns.com", keep=False)
def a_limit_on_the_whole_return(policy: Policy) -> Figures:
    """Goods up to 20 may be kept: two items of 12 and 9 are 21 together, so neither is."""
    keep_items = (Rule[Keeping](rule="cheap", when="return_value_minor <= 2000", then=Keeping(keep=True)),)
    lines = (
        an_order_line("a", quantity=1, unit_price_minor=1200),
        an_order_line("b", quantity=1, unit_price_minor=900),
    )
    order, keeping = an_order(lines=lines), a_policy(keep_items=keep_items)
    alone = _decide(order, keeping, DELIVERED, a_return_line("a"))[1]
    assert alone.keep
    return {"keep": _decide(order, keeping, DELIVERED, a_return_line("a"), a_return_line("b"))[1].keep}


def _decide(order: Order, policy: Policy, asked: datetime, *lines: ReturnLine) -> tuple[bool, LineTerms]:
    """Whether the goods may come back, and on which terms."""
    found = decide_eligibility(
        order, lines or (a_return_line(),), policy=policy, conditions=CONDITIONS, taken={}, now=asked
    )
    assert found.decision is not None
    return found.verdict is Verdict.AUTHORIZED, found.decision.lines[0].terms
