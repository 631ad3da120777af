"""The figures of a replay: every penny of difference has a cause, and what nobody waits for is stuck."""

from __future__ import annotations

from typing import Any

import pytest

from cli.replay.figures import Figures, count_figures
from cli.replay.player import Outcome, Played
from cli.replay.run import ledger_minor
from tests.cli.credits import a_line, a_note, asked_for, played


def figures(*each: Played, **changes: Any) -> Figures:
    """The figures of those returns."""
    return count_figures(
        asked_for(a_note(a_line("", credited=70))), each, provider_minor=0, repeated_calls=0, seconds=1.0, **changes
    )


def refund(*amounts: tuple[str, str | None, int], paid: int | None = None) -> dict[str, Any]:
    """A refund of those amounts: kind, line and minor units."""
    lines = [{"kind": kind, "line_id": line, "amount_minor": minor} for kind, line, minor in amounts]
    proposed = sum(minor for _, _, minor in amounts)
    return {"proposed_minor": proposed, "refunded_minor": proposed if paid is None else paid, "amounts": lines}


@pytest.mark.parametrize(
    ("credited", "case", "causes"),
    [
        (1000, {}, {}),
        (900, {}, {"price differs, shop paid less": 100}),
        (1150, {}, {"price differs, shop paid more": -150}),
        (
            1000,
            {"refund": refund(("goods", "1", 1000), ("discount", "1", -100), ("shipping", None, 395))},
            {"order discount share": -100, "original shipping": 395},
        ),
        (1000, {"state": "rejected"}, {"approval refused": -1000}),
        (1000, {"refund": refund(("goods", "1", 1000), paid=0), "open": True}, {"not paid out": -1000}),
        (1000, {"refund": None, "open": True, "waiting_for": "parcel"}, {"waiting: parcel": -1000}),
    ],
)
def test_cause(credited: int, case: dict[str, Any], causes: dict[str, int]) -> None:
    """Whatever we paid more or less than the shop has a cause."""
    assert figures(played(a_line(credited=credited), **case)).differences_minor == causes


def test_causes_sum_to_the_difference() -> None:
    """All causes together are exactly what was refunded less what was credited."""
    late = {"reasons": [{"rule": "window_passed"}], "refund": None}
    found = figures(
        played(a_line(credited=800)),
        played(a_line(credited=1300), a_line(line_id="2", credited=50)),
        played(a_line(credited=400), outcome=Outcome.REFUSED, **late),
    )

    assert sum(found.differences_minor.values()) == found.refunded_minor - found.credited_minor
    assert found.differences_minor["refused: window_passed"] == -400


def test_counts() -> None:
    """Requested is what was judged; credits without an order stand apart."""
    found = figures(
        played(),
        played(outcome=Outcome.REFUSED, reasons=[{"rule": "final_sale"}, {"rule": "window_passed"}], refund=None),
        Played(played().asked, Outcome.UNLINKED),
    )

    assert (found.requested, found.authorized, found.refused) == (2, 1, 1)
    assert found.refused_by_rule == {"final_sale": 1, "window_passed": 1}
    assert (found.unlinked, found.credited_unlinked_minor) == (2, 1070)
    assert found.stuck == 0


@pytest.mark.parametrize(
    ("waiting_for", "next_step", "stuck"),
    [("refund", "On its way.", 1), ("closing", "Nothing.", 1), ("parcel", "", 1), ("parcel", "Send it.", 0)],
)
def test_stuck(waiting_for: str, next_step: str, stuck: int) -> None:
    """An open return is stuck when it waits for nobody but us, or nobody can say what comes next."""
    found = figures(played(open=True, waiting_for=waiting_for, next_step=next_step))

    assert (found.stuck, found.waiting) == (stuck, {waiting_for: 1})


def test_failed_is_stuck() -> None:
    """A request that the API would not take is never passed over in silence."""
    assert figures(Played(played().asked, Outcome.FAILED, problem="the API answered 500")).stuck == 1


def test_ledger() -> None:
    """Of a ledger only what has really gone out counts, each payout once."""
    entries = [
        {"kind": kind, "payout": payout, "amount_minor": 100}
        for payout, kinds in enumerate(
            (
                ("refund_intended", "refund_sent", "refund_accepted", "refund_settled"),
                ("refund_intended", "refund_sent", "refund_accepted"),
                ("refund_intended", "refund_unknown"),
                ("refund_intended", "refund_accepted", "refund_failed"),
            )
        )
        for kind in kinds
    ]

    assert ledger_minor(entries) == 200
