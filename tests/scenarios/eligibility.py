"""Which units may come back, until when, and who decides."""

from __future__ import annotations

import re
from datetime import timedelta

from pydantic import ValidationError

from domain.calendar import Span
from domain.cases import WaitingFor
from domain.policies import Deadlines, Policy
from domain.returns.case import ReturnRequest, Verdict
from domain.returns.eligibility import decide_eligibility
from domain.returns.opening import pass_deadline
from domain.returns.progress import derive_progress
from tests.builders import (
    ASKED,
    CONDITIONS,
    DELIVERED,
    a_policy,
    a_return_line,
    an_authorized_return,
    an_order,
    an_order_line,
    reviewed,
)
from tests.scenarios.catalogue import Figures, otherwise, passes

SOLIDUS, SPREE, MEDUSA = "solidusio/solidus", "spree/spree", "medusajs/medusa"
ONE_UNIT = an_order(lines=(an_order_line(quantity=1),))
LATER = ASKED + timedelta(days=1)


@passes("SC028", "Sylius/RefundPlugin", accepted=False)
def nothing_selected(policy: Policy) -> Figures:
    """A request without units is refused."""
    try:
        ReturnRequest(order_id="A-1", lines=())
    except ValidationError:
        return {"accepted": False}
    return {"accepted": True}


@otherwise(
    "SC055",
    SOLIDUS,
    {"old": "cancelled"},
    ours={"old": "authorized", "new": "refused"},
    reason="No unit is in two open cases: the second request is refused and names the way out, to cancel the first.",
)
def a_second_request_for_the_same_unit(policy: Policy) -> Figures:
    """A unit that awaits its return is asked for again."""
    old = an_authorized_return()
    new = decide_eligibility(
        ONE_UNIT, [a_return_line()], policy=policy, conditions=CONDITIONS, taken={"1": 1}, now=ASKED
    )
    assert new.findings[0].rule == "units_in_other_case"
    return {"old": derive_progress(old, policy).state, "new": str(new.verdict)}


@passes("SC058", SOLIDUS, state="manual_intervention_required")
def a_person_decides(policy: Policy) -> Figures:
    """A reason that needs a look goes to a person (our word: in review)."""
    careful = a_policy(acceptance=reviewed('reason == "changed_mind"'))
    found = decide_eligibility(ONE_UNIT, [a_return_line()], policy=careful, conditions=CONDITIONS, taken={}, now=ASKED)
    return {"state": {Verdict.IN_REVIEW: "manual_intervention_required"}.get(found.verdict, str(found.verdict))}


@passes("SC060", SPREE, accepted=False)
def more_than_was_bought(policy: Policy) -> Figures:
    """99 of a line of one are refused."""
    return {"accepted": _may_return(policy, quantity=99)}


@passes("SC061", SPREE, second_accepted=False, after_cancel_accepted=True)
def open_returns_count(policy: Policy) -> Figures:
    """The only unit is on an open return: a second is refused until the first is cancelled."""
    return {
        "second_accepted": _may_return(policy, taken=1),
        "after_cancel_accepted": _may_return(policy, taken=0),
    }


@passes("SC084", MEDUSA, accepted=False, left=1)
def a_second_request_counts_the_first(policy: Policy) -> Figures:
    """Three bought, two on an open return: two more are refused, one is left."""
    order = an_order(lines=(an_order_line(quantity=3),))
    line = a_return_line(quantity=2)
    found = decide_eligibility(order, [line], policy=policy, conditions=CONDITIONS, taken={"1": 2}, now=ASKED)
    left = re.search(r"Ask for (\d+) or fewer", found.findings[0].way_out)
    assert left is not None
    return {"accepted": found.verdict is not Verdict.REFUSED, "left": int(left[1])}


@passes("SC114", "saleor/saleor", line1=False, line2=True)
def earlier_quantities_count(policy: Policy) -> Figures:
    """One of one is taken, one of two is taken: the first line has none left, the second one."""
    return {"line1": _may_return(policy, taken=1), "line2": _may_return(policy, taken=1, bought=2)}


@otherwise(
    "SC173",
    "help.loopreturns.com",
    {"days": 28, "state": "expired"},
    ours={"days": 21, "state": "overdue"},
    reason="Three weeks by default, and the return stays open for a late parcel in a grace period before it expires.",
    setting={"deadlines": Deadlines(parcel=Span.of("28 days"), grace=Span.of("0 days"))},
)
def a_label_that_is_not_used(policy: Policy) -> Figures:
    """The label is made and no parcel comes."""
    days = policy.deadlines.parcel.amount
    case = an_authorized_return()
    at = derive_progress(case, policy).deadline
    assert at is not None
    while change := pass_deadline(case, WaitingFor.PARCEL, policy=policy, at=at):
        case = change.case
    assert pass_deadline(an_authorized_return(), WaitingFor.PARCEL, policy=policy, at=at - timedelta(seconds=1)) is None
    return {"days": days, "state": derive_progress(case, policy).state}


@passes("SC176", "shopify.dev / help.shopify.com", days_since_delivery=31, eligible=False)
def a_window_from_delivery(policy: Policy) -> Figures:
    """31 days after delivery a window of 30 is over; without a delivery date it counts from the order plus transit."""
    asked = DELIVERED + timedelta(days=31)
    unscanned = an_order(lines=(an_order_line(quantity=1),), parcels=())
    last = unscanned.placed_at + timedelta(days=30 + policy.transit_days)
    assert (
        decide_eligibility(
            unscanned, [a_return_line()], policy=policy, conditions=CONDITIONS, taken={}, now=last
        ).findings
        == ()
    )
    found = decide_eligibility(ONE_UNIT, [a_return_line()], policy=policy, conditions=CONDITIONS, taken={}, now=asked)
    return {"days_since_delivery": (asked - DELIVERED).days, "eligible": found.verdict is not Verdict.REFUSED}


def _may_return(policy: Policy, *, quantity: int = 1, taken: int = 0, bought: int = 1) -> bool:
    order = an_order(lines=(an_order_line(quantity=bought),))
    lines = [a_return_line(quantity=quantity)]
    return (
        decide_eligibility(order, lines, policy=policy, conditions=CONDITIONS, taken={"1": taken}, now=ASKED).verdict
        is not Verdict.REFUSED
    )
