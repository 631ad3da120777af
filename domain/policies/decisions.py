"""A decision as it is kept: what it rested on, which rule decided, which did not and why, and what would change it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from domain.policies.document import Deadlines
from domain.policies.parts import AmountByCurrency, Fault, PolicyPart
from domain.policies.settlement import Fees, StoreCreditRules
from domain.policies.statutes import StatutePack
from domain.policies.terms import Exchange, ExchangeFor, Method, RefundMoment, ReturnMethods, ReturnOffer, Shortfall


class UnmetRule(PolicyPart):
    """A rule that did not decide, and the parts of its condition that do not hold, each with what is the case."""

    rule: str
    unmet: tuple[str, ...]


class TableDecision(PolicyPart):
    """What one table said: the rule that decided (none: none fitted), and those above it that did not fit.

    `problem` says why a condition could not be evaluated; then a person decides.
    """

    table: str
    rule: str | None
    then: dict[str, Any] = Field(default_factory=dict)
    when: str = ""
    passed_over: tuple[UnmetRule, ...] = ()
    problem: str = ""

    @property
    def nearest_miss(self) -> UnmetRule | None:
        """The rule above that lacked least; the first of equals."""
        return min(self.passed_over, key=lambda miss: len(miss.unmet), default=None)


class LineTerms(PolicyPart):
    """What the policy grants for one line of a return; every later step goes by this."""

    fault: Fault = Fault.NONE
    fees: Fees = Fees()
    refund_at: RefundMoment = RefundMoment.INSPECTION
    when_short: Shortfall = Shortfall.REVIEW
    methods: tuple[Method, ...] = (Method.ORIGINAL_PAYMENT,)
    store_credit: StoreCreditRules = StoreCreditRules()
    exchange: Exchange = Exchange(exchange_for=ExchangeFor.NOTHING)
    keep: bool = False
    checklist: tuple[str, ...] = ()
    warehouse: Annotated[str, Field(description="Where it goes; empty: the policy's return_address.")] = ""
    return_methods: Annotated[tuple[ReturnOffer, ...], Field(description="How it may travel back.")] = (
        ReturnMethods().offer
    )
    usual_shipping: Annotated[AmountByCurrency, Field(description="What a method costs that names no price.")] = (
        AmountByCurrency()
    )
    return_method: Annotated[ReturnOffer, Field(description="How it does, as chosen.")] = ReturnMethods().offer[0]
    statute: StatutePack | None = None


class LineDecision(PolicyPart):
    """The decision on one line: inputs, tables, terms; `overruled` says in words what the law changed."""

    line_id: str
    verdict: str
    inputs: dict[str, Any]
    tables: tuple[TableDecision, ...]
    terms: LineTerms = LineTerms()
    returnable_until: AwareDatetime | None = None
    overruled: tuple[str, ...] = ()
    would_change_it: tuple[str, ...] = ()


class DecisionRecord(PolicyPart):
    """The whole decision on a request. `policy_version` is 0 for a policy that is not on record."""

    policy: str
    policy_version: int = 0
    asked_at: AwareDatetime
    lines: tuple[LineDecision, ...]
    deadlines: Deadlines = Deadlines()

    def line(self, line_id: str) -> LineDecision | None:
        """The decision on that line."""
        return next((line for line in self.lines if line.line_id == line_id), None)
