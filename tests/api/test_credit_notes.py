"""Credit notes over HTTP, as JSON and as PDF."""

from __future__ import annotations

import pytest

from domain.cases import SYSTEM, CaseRef, Role
from domain.payouts import Payout, PayoutState
from domain.reimbursements import PaidBefore, plan_reimbursement
from domain.returns.case import PlanBasis
from domain.returns.units import units_to_reimburse
from domain.stories import derive_progress
from tests.api.house import House, problem_of
from tests.builders import MERCHANT, a_policy, an_order


@pytest.fixture
def rma(house: House) -> str:
    """A return of one mug whose 12.00 has settled."""
    ref = CaseRef(merchant=MERCHANT, rma=house.has_return())
    with house.records.transaction() as tx:
        case = tx.return_case(ref)
        units = units_to_reimburse(case.lines, {"1": 1}, a_policy())
        plan = plan_reimbursement(an_order(), units, before=PaidBefore(), policy=a_policy())
        basis = PlanBasis(order_version=1, before=PaidBefore())
        case = case.with_facts(plan=plan, plan_basis=basis)
        tx.save_case(case, derive_progress(case, a_policy()), [])
        payout = Payout(
            number=1,
            payment_id="card",
            amount_minor=1200,
            currency="GBP",
            state=PayoutState.PLANNED,
            key=f"{MERCHANT}:{ref.rma}:payout:1",
        )
        tx.plan_payouts(ref, [payout], SYSTEM)
        settled = {"state": PayoutState.SETTLED, "provider_reference": "re_1"}
        tx.record_payout(ref, payout.model_copy(update=settled), SYSTEM)
    return ref.rma


def test_a_note_is_found_by_order_and_case(house: House, rma: str) -> None:
    """The storefront lists the notes of an order and reads one by its number."""
    shop = house.to(Role.STOREFRONT)
    (listed,) = shop.get("/v1/credit_notes", params={"order_id": "A-1001"}).json()["credit_notes"]
    assert shop.get("/v1/credit_notes", params={"rma": rma}).json()["credit_notes"] == [listed]
    assert shop.get("/v1/credit_notes", params={"order_id": "A-9"}).json()["credit_notes"] == []
    answer = shop.get(f"/v1/credit_notes/{listed['number']}")
    assert answer.json() == listed
    assert (listed["number"], listed["total_minor"], listed["lines"][0]["title"]) == ("CN-000001", 1200, "Mug")
    again = shop.get("/v1/credit_notes/CN-000001", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_note_comes_as_pdf(house: House, rma: str) -> None:
    """By its address or by what the caller accepts; the bytes never change."""
    shop = house.to(Role.STOREFRONT)
    by_address = shop.get("/v1/credit_notes/CN-000001.pdf")
    by_header = shop.get("/v1/credit_notes/CN-000001", headers={"Accept": "application/pdf"})
    assert by_address.headers["content-type"] == "application/pdf"
    assert by_address.headers["content-disposition"] == 'inline; filename="CN-000001.pdf"'
    assert by_address.content == by_header.content
    assert by_address.content.startswith(b"%PDF-")
    etag = {"If-None-Match": by_address.headers["ETag"]}
    assert shop.get("/v1/credit_notes/CN-000001.pdf", headers=etag).status_code == 304


@pytest.mark.parametrize("number", ["CN-000002", "CN-000002.pdf", "nonsense", ".pdf"])
def test_an_unknown_number_is_not_found(house: House, rma: str, number: str) -> None:
    """The answer says where to look."""
    assert problem_of(house.to(Role.AUDITOR).get(f"/v1/credit_notes/{number}")) == "credit-note-not-found"


@pytest.mark.parametrize("query", [{"rma": "x"}, {"limit": 0}, {"after": -1}, {"order": "1"}])
def test_a_malformed_list_names_the_field(house: House, query: dict[str, str]) -> None:
    """Nothing is guessed."""
    assert problem_of(house.to(Role.AUDITOR).get("/v1/credit_notes", params=query)) == "invalid-request"


def test_a_page_ends_where_the_next_begins(house: House, rma: str) -> None:
    """Of one note, one page."""
    page = house.to(Role.FINANCE).get("/v1/credit_notes", params={"limit": 1}).json()
    assert (len(page["credit_notes"]), page["next_after"]) == (1, None)
    assert house.to(Role.FINANCE).get("/v1/credit_notes", params={"after": 1}).json()["credit_notes"] == []
