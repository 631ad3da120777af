"""Whatever happens to a claim, its units add up and no more is paid than was paid for them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.cases import Actor, CaseKind, EventKind, WaitingFor
from domain.claims.case import Claim
from domain.claims.events import apply_event
from domain.claims.giving import give, pay
from domain.claims.opening import close_claim, pass_deadline
from domain.claims.planning import Ground
from domain.claims.progress import derive_progress, is_ready_to_give
from domain.goods_back.receptions import Reception, derive_receptions
from domain.orders import Order
from domain.payouts import PayoutState
from domain.returns.approvals import DecidingRoom
from tests.builders import (
    ASKED,
    CONDITIONS,
    DOCK,
    OTHER_SUPERVISOR,
    STOREFRONT,
    SUPERVISOR,
    an_event,
    an_order,
    an_order_line,
    inspected,
    received,
)
from tests.domain.claims.builders import a_claim, ground

ORDER: Order = an_order(lines=(an_order_line("1", quantity=3), an_order_line("2")))
LINES = st.sampled_from(["1", "2"])
COUNTS = st.integers(1, 3)

DECISIONS = st.fixed_dictionaries(
    {
        "decision": st.sampled_from(["approve", "approve", "reduce", "refuse", "ask_evidence"]),
        "amount_minor": st.integers(1, 6000),
        "line_id": LINES,
        "goods_back": st.booleans(),
        "note": st.sampled_from(["", "since"]),
    },
    optional={"remedy": st.sampled_from(["refund", "replace", "refund_part"])},
)
PEOPLE = st.sampled_from([SUPERVISOR, OTHER_SUPERVISOR, STOREFRONT])
NEWS = st.one_of(
    st.tuples(st.just(EventKind.APPROVAL_DECIDED), DECISIONS, PEOPLE),
    st.tuples(st.just(EventKind.ITEM_RECEIVED), st.builds(lambda n, q: received((n, q)), LINES, COUNTS), st.just(DOCK)),
    st.tuples(
        st.just(EventKind.INSPECTION_RECORDED),
        st.builds(lambda n, q, ok: inspected((n, q), accepted=ok), LINES, COUNTS, st.booleans()),
        st.just(DOCK),
    ),
    st.tuples(st.just(EventKind.LABEL_SCANNED), st.just({}), st.just(DOCK)),
    st.tuples(st.just(EventKind.APPEAL_REQUESTED), st.just({"note": "no"}), st.just(STOREFRONT)),
    st.tuples(st.just(EventKind.CANCEL_REQUESTED), st.just({}), st.just(STOREFRONT)),
    st.tuples(st.just(EventKind.EVIDENCE_GIVEN), st.just({"note": "here"}), st.just(STOREFRONT)),
    st.just((None, {}, DOCK)),
)


def moved(case: Claim, step: int, news: tuple[EventKind | None, dict[str, Any], Actor], on: Ground) -> Claim:
    """The claim after one more piece of news, or after its deadline passed, and what follows at once."""
    kind, payload, actor = news
    at = ASKED + timedelta(days=30 * (step + 1))
    if kind is None:
        late = pass_deadline(case, derive_progress(case, on.policy).waiting_for, policy=on.policy, at=at)
        case = late.case if late is not None else case
    else:
        event = an_event(kind, payload, actor=actor, awaits_answer=actor is not DOCK, event_id=f"evt_{step}")
        event = event.model_copy(update={"case_kind": CaseKind.CLAIM})
        case = apply_event(case, event, on, DecidingRoom(), at=at).case
    if is_ready_to_give(case):
        case = give(case, on, CONDITIONS, at=at).case
    case = pay(case, on, at=at).case
    gone = tuple(payout.model_copy(update={"state": PayoutState.SETTLED}) for payout in case.payouts)
    case = case.with_facts(payouts=gone)
    if derive_progress(case, on.policy).waiting_for is WaitingFor.CLOSING:
        case = close_claim(case, policy=on.policy, at=at).case
    return case


@settings(max_examples=150, deadline=None)
@given(st.lists(NEWS, max_size=12))
def test_units_and_money_add_up(news: list[tuple[EventKind | None, dict[str, Any], Actor]]) -> None:
    """In any order of decisions, parcels and appeals: each promised unit is in one reception, and no more is paid than
    12.00 for each of three and one mugs; a unit that is settled was claimed; a closed claim owes nothing."""
    case, on = a_claim(("1", 3), ("2", 1)), ground(ORDER)
    for step, each in enumerate(news):
        case = moved(case, step, each, on)
        for line, counts in derive_receptions(case.goods, case.expected).items():
            promised = {unit.line_id: unit.quantity for unit in case.claimed}[line]
            assert sum(count for kind, count in counts.items() if kind is not Reception.UNEXPECTED) == promised
        assert sum(payout.amount_minor for payout in case.payouts) <= 4 * 1200
        settled = {unit.line_id: unit.quantity for unit in case.settled_units}
        assert all(quantity <= {"1": 3, "2": 1}[line] for line, quantity in settled.items())
        assert case.closed_at is None or case.owed_minor == 0 or case.is_denied
