"""Cases: one per request, changed only as a whole and only forward."""

from __future__ import annotations

import pytest

from domain.cases import CaseRef, WaitingFor
from domain.errors import UnknownCase, UnknownOrder, UnknownPolicy
from domain.ports import Records, Transaction
from records.database import SqlRecords
from records.models import ClaimOutcome
from records.transactions import SqlTransaction
from tests.records.builders import (
    MERCHANT,
    NOON,
    SHOP,
    a_case,
    a_claim,
    an_order,
    entry,
    move,
    progress,
    rma_numbers,
    rma_of,
)


def test_records_are_the_port(records: SqlRecords) -> None:
    """The steps of a case can run on these records."""
    port: Records = records
    transaction: type[Transaction] = SqlTransaction
    assert port is records
    assert transaction is SqlTransaction


def test_a_request_has_one_case(records: SqlRecords) -> None:
    """The same request again, after a lost answer, gets the same RMA; the same key for something else is a mistake."""
    records.put_order(MERCHANT, an_order())
    claim, rmas = a_claim(key="abc"), rma_numbers()
    first = records.claim_return(claim, new_rma=rmas)
    again = records.claim_return(claim, new_rma=rmas)
    other = records.claim_return(a_claim(key="abc", body="another"), new_rma=rmas)
    assert (first.outcome, again.outcome, other.outcome) == (
        ClaimOutcome.CLAIMED,
        ClaimOutcome.KNOWN,
        ClaimOutcome.CONFLICT,
    )
    assert first.ref == again.ref == other.ref
    stored = records.reads.return_case(MERCHANT, first.ref.rma)
    assert (stored.version, stored.progress.state, stored.progress.waiting_for) == (1, "requested", WaitingFor.DECISION)
    assert (stored.case.policy_version, stored.case.opened_by, stored.case.requested_at) == (1, SHOP, NOON)
    assert [each.event for each in records.reads.timeline(MERCHANT, first.ref.rma)] == ["return.requested"]


def test_the_same_key_of_two_merchants_is_two_requests(records: SqlRecords) -> None:
    """Shops choose their keys without knowing of each other."""
    records.put_policy("other", records.reads.policy(MERCHANT).policy)
    for merchant in (MERCHANT, "other"):
        records.put_order(merchant, an_order())
        claimed = records.claim_return(a_claim(key="abc", merchant=merchant), new_rma=rma_numbers())
        assert claimed.outcome is ClaimOutcome.CLAIMED


def test_a_taken_rma_is_drawn_again(records: SqlRecords) -> None:
    """Two returns never share an RMA, even when chance draws the same number."""
    records.put_order(MERCHANT, an_order())
    records.claim_return(a_claim(), new_rma=rma_numbers(5))
    drawn = iter([rma_of(5), rma_of(5), rma_of(6)])
    assert records.claim_return(a_claim(), new_rma=lambda: next(drawn)).ref.rma == rma_of(6)


def test_requests_need_an_order_and_a_policy(records: SqlRecords) -> None:
    """A return of an order we never heard of has no case."""
    with pytest.raises(UnknownOrder):
        records.claim_return(a_claim("nothing"), new_rma=rma_numbers())
    records.put_order("newcomer", an_order())
    with pytest.raises(UnknownPolicy):
        records.claim_return(a_claim(merchant="newcomer"), new_rma=rma_numbers())


def test_each_save_is_a_version_with_its_timeline(records: SqlRecords) -> None:
    """Nothing happens to a return without a line that says what and by whom."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    with records.transaction() as tx:
        case = tx.return_case(ref)
        assert tx.save_case(case, progress("authorized"), [entry("return.authorized"), entry("label.booked")]) == 2
        assert tx.save_case(case, progress("in_transit"), [entry("label.scanned")]) == 3
        assert tx.case_version(ref) == 3
    stored = records.reads.return_case(MERCHANT, ref.rma)
    assert (stored.version, stored.progress.state) == (3, "in_transit")
    events = [each.event for each in records.reads.timeline(MERCHANT, ref.rma)]
    assert events == ["return.requested", "return.authorized", "label.booked", "label.scanned"]


def test_a_broken_step_leaves_nothing_behind(records: SqlRecords) -> None:
    """A step that fails half-way has not happened."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    with pytest.raises(RuntimeError, match="power cut"):
        _fail_half_way(records, ref)
    assert records.reads.return_case(MERCHANT, ref.rma).version == 1
    assert len(records.reads.timeline(MERCHANT, ref.rma)) == 1


def _fail_half_way(records: SqlRecords, ref: CaseRef) -> None:
    with records.transaction() as tx:
        tx.save_case(tx.return_case(ref), progress(), [entry()])
        tx.announce(ref, "return.authorized", {})
        raise RuntimeError("power cut")


def test_an_unknown_case_is_said_to_be_unknown(records: SqlRecords) -> None:
    """An RMA that was never given out, or belongs to another shop, names nothing."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)
    for wrong in (CaseRef(merchant=MERCHANT, rma="9999-9999"), CaseRef(merchant="other", rma=ref.rma)):
        with pytest.raises(UnknownCase), records.transaction() as tx:
            tx.return_case(wrong)
        with pytest.raises(UnknownCase):
            records.reads.return_case(wrong.merchant, wrong.rma)
        with pytest.raises(UnknownCase):
            records.reads.timeline(wrong.merchant, wrong.rma)


def test_totals_follow_the_cases(records: SqlRecords) -> None:
    """The figures on the dashboard are the cases that one would count by hand."""
    records.put_order(MERCHANT, an_order())
    refs = [a_case(records) for _ in range(5)]
    for ref in refs[:3]:
        move(records, ref, progress("authorized", WaitingFor.PARCEL))
    move(records, refs[0], progress("closed", WaitingFor.NOTHING, open=False))
    totals = {(each.state, each.waiting_for): each.cases for each in records.reads.totals(MERCHANT)}
    assert totals == {("requested", "decision"): 2, ("authorized", "parcel"): 2, ("closed", "nothing"): 1}
    assert records.reads.totals("other") == []


def test_policies_are_kept_by_version(records: SqlRecords) -> None:
    """A new policy does not change by which rules an older return is judged; the same one again is no new version."""
    first = records.reads.policy(MERCHANT)
    assert records.put_policy(MERCHANT, first.policy) == first
    changed = first.policy.model_copy(update={"name": "summer"})
    assert records.put_policy(MERCHANT, changed).version == 2
    assert records.reads.policy(MERCHANT).policy.name == "summer"
    assert records.reads.policy(MERCHANT, 1) == first
    with pytest.raises(UnknownPolicy):
        records.reads.policy(MERCHANT, 3)
