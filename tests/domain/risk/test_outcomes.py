"""What follows from what was noticed: for the request, its terms, the refund, and what the customer is told."""

from __future__ import annotations

from typing import Any

import pytest

from domain.cases import WaitingFor
from domain.policies import (
    AbuseAnswer,
    AbuseRules,
    Keeping,
    Policy,
    RefundMoment,
    RefundTiming,
    RiskOutcome,
    Rule,
    Signal,
    Statute,
    StatutePack,
    always,
)
from domain.reimbursements import PaidBefore
from domain.returns.case import Appeal, Eligibility, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.opening import open_return
from domain.returns.progress import derive_progress
from domain.returns.quotes import quote_return
from domain.returns.risks import evidence_of
from domain.risk.models import ListKind, RiskHistory
from tests.builders import ASKED, CONDITIONS, a_policy, a_return, a_return_line, an_order
from tests.domain.risk.builders import a_listing, a_watchful_policy

BUSY = RiskHistory(account="c-1", currency="GBP", returns=20, orders=3, bought_minor=10_000, bought_units=10)
LENIENT = {
    "refund_timing": always(RefundTiming(at=RefundMoment.FIRST_SCAN)),
    "keep_items": always(Keeping(keep=True)),
}


def velocity(outcome: str, **changes: Any) -> Policy:
    """A shop that notices many returns, and otherwise pays early and lets people keep things."""
    policy = a_watchful_policy(velocity={"returns": 10, "outcome": outcome})
    return policy.model_copy(update={**LENIENT, "statutes": (), **changes})


def decide(policy: Policy, history: RiskHistory = BUSY) -> Eligibility:
    """The verdict on one unit."""
    return decide_eligibility(
        an_order(), [a_return_line()], policy=policy, conditions=CONDITIONS, taken={}, now=ASKED, history=history
    )


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("allow", Verdict.AUTHORIZED),
        ("slow_down", Verdict.AUTHORIZED),
        ("review", Verdict.IN_REVIEW),
        ("refuse", Verdict.REFUSED),
    ],
)
def test_outcomes(outcome: str, verdict: Verdict) -> None:
    """A signal leads to what the shop chose for it; only allowing leaves the early refund and the kept goods."""
    found = decide(velocity(outcome))

    assert found.verdict is verdict
    assert found.risk is not None
    assert found.risk.outcome == outcome
    assert found.decision is not None
    terms = found.decision.lines[0].terms
    allowed = outcome == "allow"
    assert terms.keep is allowed
    assert terms.refund_at is (RefundMoment.FIRST_SCAN if allowed else RefundMoment.INSPECTION)


@pytest.mark.parametrize("outcome", ["review", "refuse"])
def test_the_customer_is_told_nothing_of_the_rules(outcome: str) -> None:
    """Quote and answer say that somebody looks, or no, and the way out; not what was noticed, nor how much of it."""
    policy = velocity(outcome)
    quote = quote_return(
        an_order(),
        [a_return_line()],
        policy=policy,
        conditions=CONDITIONS,
        taken={},
        before=PaidBefore(),
        now=ASKED,
        history=BUSY,
    )
    opened = open_return(a_return(), an_order(), policy=policy, conditions=CONDITIONS, taken={}, at=ASKED, history=BUSY)
    assert opened.case.eligibility is not None
    assert quote.verdict is opened.case.eligibility.verdict
    told = quote.model_dump_json() + opened.entries[0].model_dump_json()
    told += "".join(finding.model_dump_json() for finding in opened.case.eligibility.findings)
    assert not [word for word in ("velocity", "fraud", "signal", "21 returns", "block") if word in told]
    assert all(finding.way_out for finding in opened.case.eligibility.findings)
    assert "velocity" in evidence_of(opened.case.eligibility.risk)[0].rule


@pytest.mark.parametrize("outcome", ["review", "refuse"])
def test_what_the_law_grants(outcome: str) -> None:
    """Within the 14 days of the law nobody is refused or put off, not even who is blocked; the record says why."""
    law = {"statutes": (Statute(pack=StatutePack.UK_WITHDRAWAL),)}
    blocked = BUSY.model_copy(update={"listings": (a_listing(ListKind.BLOCK),)})
    for history in (BUSY, blocked):
        found = decide(velocity(outcome, **law), history)

        assert found.verdict is Verdict.AUTHORIZED
        assert found.risk is not None
        assert found.risk.outcome is not RiskOutcome.ALLOW
        assert found.decision is not None
        line = found.decision.lines[0]
        assert line.terms.refund_at is RefundMoment.FIRST_SCAN
        assert any("neither refused nor put off" in words for words in line.overruled)


def test_the_strictest_wins() -> None:
    """Two signals are seen: what follows is the stricter, and both are on record."""
    policy = a_watchful_policy(
        velocity={"returns": 10, "outcome": "slow_down"}, shared_address={"accounts": 2, "outcome": "refuse"}
    ).model_copy(update={"statutes": ()})
    found = decide(policy, BUSY.model_copy(update={"accounts_at_address": 3}))

    assert found.risk is not None
    assert (found.risk.outcome, found.risk.decided_by) == (RiskOutcome.REFUSE, "shared_address")
    assert {reading.signal for reading in found.risk.evidence} == {Signal.VELOCITY, Signal.SHARED_ADDRESS}


@pytest.mark.parametrize(
    ("listings", "outcome", "why"),
    [
        ((ListKind.ALLOW,), RiskOutcome.ALLOW, "allow_list"),
        ((ListKind.BLOCK,), RiskOutcome.REFUSE, "block_list"),
        ((ListKind.ALLOW, ListKind.BLOCK), RiskOutcome.REFUSE, "block_list"),
    ],
)
def test_lists(listings: tuple[ListKind, ...], outcome: RiskOutcome, why: str) -> None:
    """The allow list beats every signal, the block list beats the allow list; who made the entry is on record."""
    entries = tuple(a_listing(kind) for kind in listings)
    found = decide(velocity("review"), BUSY.model_copy(update={"listings": entries}))

    assert found.risk is not None
    assert (found.risk.outcome, found.risk.decided_by) == (outcome, why)
    assert found.risk.listing is not None
    assert found.risk.listing.made_by.name == "sue"


@pytest.mark.parametrize(
    ("when", "seen"),
    [
        ("returns_before >= 20 && return_value_minor > 1000", True),
        ("returns_before >= 21", False),
        ("'velocity' in signals", True),
        ("country == 'FR' && return_rate_percent > 5", False),
    ],
)
def test_rules_of_the_shop(when: str, seen: bool) -> None:
    """A shop writes rules of its own on the same figures and the facts of the request."""
    rule = Rule[AbuseAnswer](rule="own", when=when, then=AbuseAnswer(outcome=RiskOutcome.REVIEW, says="our own rule"))
    found = decide(velocity("allow", abuse_rules=(rule,)))

    assert found.verdict is (Verdict.IN_REVIEW if seen else Verdict.AUTHORIZED)
    assert found.risk is not None
    assert found.risk.decided_by == ("abuse_rules.own" if seen else "")


def test_a_rule_that_cannot_be_evaluated() -> None:
    """A broken rule of the shop lets a person decide; it never lets a request pass unseen."""
    rule = Rule[AbuseAnswer](rule="own", when="no_such_fact > 1", then=AbuseAnswer(outcome=RiskOutcome.REFUSE))
    assert decide(velocity("allow", abuse_rules=(rule,))).verdict is Verdict.IN_REVIEW


def test_nothing_is_noticed_where_nothing_is_switched_on() -> None:
    """A shop without such rules treats everybody alike."""
    found = decide(a_policy(abuse=AbuseRules()), BUSY)
    assert found.risk is not None
    assert (found.verdict, found.risk.readings) == (Verdict.AUTHORIZED, ())


@pytest.mark.parametrize(("days", "verdict"), [(0, Verdict.IN_REVIEW), (400, Verdict.REFUSED)])
def test_appeal(days: int, verdict: Verdict) -> None:
    """Who appeals is heard by a person; what other rules refuse stays refused."""
    appealed = a_return(
        appeal=Appeal(of="3456-789F", note="My son uses my address."),
        requested_at=ASKED.replace(year=2026 + days // 365),
    )
    opened = open_return(
        appealed, an_order(), policy=velocity("refuse"), conditions=CONDITIONS, taken={}, at=ASKED, history=BUSY
    )

    assert opened.case.eligibility is not None
    assert opened.case.eligibility.verdict is verdict
    if verdict is Verdict.IN_REVIEW:
        assert derive_progress(opened.case, velocity("refuse")).waiting_for is WaitingFor.REVIEW
