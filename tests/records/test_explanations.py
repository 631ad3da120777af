"""What explanations rest on is read back as it was: the order in its version, the policy, the payments, other cases."""

from __future__ import annotations

import pytest

from domain.cases import CaseRef
from domain.errors import UnknownCase
from domain.explanations import ExplanationBasis, needed_versions
from domain.reimbursements import PaidBefore, ReimbursementPlan
from domain.returns.case import PlanBasis
from records import explanations
from records.database import SqlRecords
from tests.records.builders import MERCHANT, NOON, a_case, a_policy, an_order, entry, progress


def _planned(records: SqlRecords, ref: CaseRef, *, version: int) -> None:
    with records.transaction() as tx:
        case = tx.return_case(ref)
        plan = ReimbursementPlan(currency="GBP", lines=(), total_minor=100)
        basis = PlanBasis(order_version=version, before=PaidBefore())
        changed = case.with_facts(plan=plan, plan_basis=basis, plan_made_at=NOON)
        tx.save_case(changed, progress(), [entry()])


def test_the_order_as_it_was(records: SqlRecords) -> None:
    """A case is explained by the version of the order that it was computed from, wherever that is kept by now."""
    records.put_order(MERCHANT, an_order(email="first@shop.test"))
    old, new = a_case(records), a_case(records)
    _planned(records, old, version=1)
    records.put_order(MERCHANT, an_order(email="second@shop.test"))
    _planned(records, new, version=2)

    for ref, version, email in ((old, 1, "first@shop.test"), (new, 2, "second@shop.test")):
        basis = records.reads.explanation_basis(MERCHANT, ref.rma)
        assert needed_versions(basis.case) == {version}
        assert basis.orders[version].customer.email == email
    found = {basis.case.ref: basis for basis in records.reads.next_bases()}
    assert found[old].orders[1].customer.email == "first@shop.test"
    assert found[new].orders[2].customer.email == "second@shop.test"


def test_payments_and_earlier_cases(records: SqlRecords) -> None:
    """What the ledger says of the payments comes along, and so do the cases that were planned before."""
    records.put_order(MERCHANT, an_order(captured=3000))
    first, second = a_case(records), a_case(records)
    for ref in (first, second):
        _planned(records, ref, version=1)

    basis = records.reads.explanation_basis(MERCHANT, second.rma)
    assert isinstance(basis, ExplanationBasis)

    assert [(each.payment_id, each.left_minor) for each in basis.payments] == [("card", 3000)]
    assert [(each.rma, each.total_minor) for each in basis.earlier_cases] == [(first.rma, 100)]


def test_unknown(records: SqlRecords) -> None:
    """Another shop's case does not exist."""
    records.put_order(MERCHANT, an_order())
    ref = a_case(records)

    with pytest.raises(UnknownCase):
        records.reads.explanation_basis("elsewhere", ref.rma)
    assert records.reads.merchants_of(ref.rma) == [MERCHANT]
    assert records.reads.merchants_of("2222-2222") == []


def test_all_cases_in_batches(records: SqlRecords, monkeypatch: pytest.MonkeyPatch) -> None:
    """Going through the whole database meets every case of every shop once."""
    monkeypatch.setattr(explanations, "BATCH", 2)
    records.put_policy("another", a_policy())
    for merchant in (MERCHANT, "another"):
        records.put_order(merchant, an_order())
    refs = {a_case(records) for _ in range(5)}

    seen, last = [], None
    while batch := records.reads.next_bases(last):
        assert len(batch) <= 2
        seen += [basis.case.ref for basis in batch]
        last = seen[-1]

    assert len(seen) == len(set(seen)) == records.reads.count_cases() == 5
    assert set(seen) == refs
