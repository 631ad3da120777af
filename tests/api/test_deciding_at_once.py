"""Many supervisors in two processes decide on one claim and one adjustment: one word counts, the others are told."""

from __future__ import annotations

from functools import partial

from domain.cases import CaseKind, CaseRef, Role
from tests.api.deciders import pounds, rules
from tests.api.house import House
from tests.api.test_adjustments import ask, goodwill
from tests.api.test_claims import file
from tests.builders import MERCHANT
from tests.records import contenders

TOLD_WHY = {"already_decided", "nothing_to_decide"}


def test_one_word_counts(house: House, database_url: str) -> None:
    """Eight each: both are decided once, pay once, and whoever was later reads that it is decided."""
    rules(house, refund_above=pounds(5))
    house.has_order()
    claim = file(house).json()["number"]
    adjustment = ask(house, goodwill("10.00"), key="gesture").json()["number"]
    work = partial(
        contenders.decide_at_once,
        CaseRef(merchant=MERCHANT, rma=claim, kind=CaseKind.CLAIM),
        CaseRef(merchant=MERCHANT, rma=adjustment, kind=CaseKind.ADJUSTMENT),
    )

    counted = contenders.contend(database_url, work)

    assert (sum(counted), len(counted)) == (2, 2 * contenders.PROCESSES * contenders.THREADS)
    agent = house.to(Role.AGENT)
    for place, number in (("claims", claim), ("adjustments", adjustment)):
        entries = agent.get(f"/v1/{place}/{number}/timeline").json()["entries"]
        said = [entry for entry in entries if entry["event"] == "approval_decided"]
        refused = [entry["facts"]["code"] for entry in entries if entry["event"] == "approval_decided.refused"]
        assert (len(said), len(refused)) == (1, len(counted) // 2 - 1)
        assert set(refused) <= TOLD_WHY
        payouts = agent.get(f"/v1/{place}/{number}").json()["payouts"]
        assert len(payouts) == 1
