"""The reference at /docs: works without any other server, and its examples are true."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import BaseModel

from api import (
    claim_explanation_example,
    examples,
    examples_abuse,
    examples_adjustments,
    examples_authority,
    examples_catalogue,
    examples_claims,
    examples_credit,
    examples_customs,
    examples_exchanges,
    examples_money,
    examples_policies,
    examples_promises,
    examples_receipts,
    examples_shipments,
)
from api.abuse import CustomerSignals, ListingAsked, ReturnSignals
from api.adjustments.door import AdjustmentAnswered
from api.adjustments.events import AdjustmentApprovalDecided, ReceivableSettled
from api.adjustments.reading import AdjustmentList
from api.alternatives import Alternatives
from api.approvals.deciding import BulkAnswer, BulkDecision
from api.approvals.delegations import DelegationAsked
from api.approvals.reading import ApprovalList, ExceptionsShown
from api.case_reading import CaseLedger, CaseTimeline
from api.claims.door import ClaimAnswered
from api.claims.news import ClaimAppealed, ClaimDecided, ClaimShown, ClaimWithdrawn
from api.claims.reading import ClaimList, ClaimSignals
from api.collections import CollectionList
from api.credit_notes import CreditNoteList
from api.credits import AccountView, SpendAsked, SpendDone
from api.delivery import EventReceipt
from api.dispositions import DispositionTotals
from api.explanation_example import EXPLANATION
from api.instruments import Choices, InstrumentsStored
from api.manual_refunds import ManualRefundDecided, ManualRefundRecorded
from api.orders import OrderStored, OrderView
from api.payment_events import EventReleased, EventTaken, PaymentEventList
from api.payment_issues.door import IssueAnswered
from api.payment_issues.events import ResolutionDecided
from api.payment_issues.reading import IssueList
from api.policies.changing import PolicyActivation, PolicySent
from api.policies.views import PolicyInWords, PolicyStaged, PolicyView, VersionDifferences, VersionList, VersionView
from api.products import ProductList, ProductStored
from api.promises import CasePromises, PromiseList, PromiseTotals
from api.receipts.taking import ParcelReceived, ReceiptTaken
from api.receipts.waiting import Assignment, Dismissal, ReceiptDismissed, WaitingReceipts
from api.replacement_shipments.door import ShipmentAnswered
from api.replacement_shipments.events import ShipmentCancelRequested, ShipmentChanged
from api.replacement_shipments.reading import ShipmentList
from api.returns.appeals import AppealAsked
from api.returns.door import EventAnswered
from api.returns.news import (
    ApprovalDecided,
    CancelRequested,
    EvidenceGiven,
    ExceptionRequested,
    InspectionRecorded,
    ItemReceived,
    LabelScanned,
)
from api.returns.opening import ExceptionAsked, ReturnAsked
from api.returns.reading import Ledger, ReturnList, Timeline, Totals
from api.storefront import Counted, SkusAsked
from domain.adjustments.case import Correction, Goodwill
from domain.adjustments.views import AdjustmentQuote, AdjustmentView
from domain.authority import Delegation
from domain.catalogue import CatalogueEntry, Product
from domain.claims.case import ClaimRequest
from domain.claims.views import ClaimView
from domain.claims.warranties import Warranty, WarrantyAsked
from domain.credit_notes import CreditNote
from domain.explanations import AdjustmentExplanation, ClaimExplanation, ReturnExplanation
from domain.instruments.models import CustomerInstruments, StoredInstruments
from domain.orders import Order
from domain.payment_issues.views import PaymentIssueView
from domain.replacement_shipments.views import ReplacementShipmentView
from domain.returns.quotes import ReturnQuote
from domain.returns.views import ReturnView
from domain.risk.models import Listing
from domain.rma import parse_rma
from records.entries import EntryKind
from tests.api.house import House


def test_page_needs_nobody_else(house: House) -> None:
    """The reference loads only what we serve ourselves."""
    page = house.nobody.get("/docs")

    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert addresses
    for address in addresses:
        assert not address.startswith(("http", "//")), address
        assert house.nobody.get(f"/{address}").status_code == 200, address
    policy = page.headers["Content-Security-Policy"]
    assert "http" not in policy
    assert "script-src 'self';" in policy


def test_start_script(house: House) -> None:
    """The page shows our description and asks no outside validator about it."""
    script = house.nobody.get("/docs/start.js").text

    assert '"openapi.json"' in script
    assert "validatorUrl: null" in script


def test_assets_are_scripts(house: House) -> None:
    """Browsers that do not guess types still run the page's script and apply its style."""
    assert "javascript" in house.nobody.get("/docs/assets/swagger-ui-bundle.js").headers["content-type"]
    assert "css" in house.nobody.get("/docs/assets/swagger-ui.css").headers["content-type"]


EXAMPLES: list[tuple[type[BaseModel], Any]] = [
    *((Order, each["value"]) for each in (examples.ORDERS | examples_customs.ORDERS).values()),
    (OrderStored, examples.ORDER_STORED),
    (OrderView, examples.ORDER_VIEW),
    *((Product, each["value"]) for each in examples_catalogue.PRODUCTS.values()),
    (ProductStored, examples_catalogue.PRODUCT_STORED),
    (CatalogueEntry, examples_catalogue.PRODUCT_VIEW),
    (ProductList, examples_catalogue.PRODUCT_LIST),
    (Alternatives, examples_catalogue.ALTERNATIVES),
    (Counted, examples_catalogue.COUNTED),
    (SkusAsked, examples_catalogue.SKUS_ASKED),
    *((CustomerInstruments, each["value"]) for each in examples_catalogue.INSTRUMENTS.values()),
    (InstrumentsStored, examples_catalogue.INSTRUMENTS_STORED),
    (StoredInstruments, examples_catalogue.INSTRUMENTS_VIEW),
    (Choices, examples_catalogue.CHOICES),
    *((ReturnAsked, each["value"]) for each in examples.RETURN_REQUESTS.values()),
    *((ReturnAsked, each["value"]) for each in examples_exchanges.EXCHANGE_REQUESTS.values()),
    (ReturnView, examples_exchanges.EXCHANGE_VIEW),
    (ReturnList, examples_exchanges.EXCHANGE_LIST),
    (ReturnQuote, examples.QUOTE),
    (ReturnView, examples.RETURN_VIEW),
    (ReturnList, examples.RETURN_LIST),
    (Totals, examples.TOTALS),
    (Timeline, examples.TIMELINE),
    (Ledger, examples.LEDGER),
    (ReturnExplanation, EXPLANATION),
    *((LabelScanned, each["value"]) for each in examples_receipts.SCANS.values()),
    *((ItemReceived, each["value"]) for each in examples_receipts.RECEIPTS.values()),
    *((InspectionRecorded, each["value"]) for each in examples_receipts.INSPECTIONS.values()),
    *((ApprovalDecided, each["value"]) for each in examples_authority.DECISIONS.values()),
    *((CancelRequested, each["value"]) for each in examples.CANCELLATIONS.values()),
    *((EvidenceGiven, each["value"]) for each in examples_authority.EVIDENCE.values()),
    *((ExceptionRequested, each["value"]) for each in examples_authority.FEES.values()),
    *((ExceptionAsked, each["value"]) for each in examples_authority.EXCEPTIONS_ASKED.values()),
    (ApprovalList, examples_authority.APPROVAL_LIST),
    (ExceptionsShown, examples_authority.EXCEPTIONS),
    *((BulkDecision, each["value"]) for each in examples_authority.BULK_DECISIONS.values()),
    (BulkAnswer, examples_authority.BULK_ANSWER),
    *((DelegationAsked, each["value"]) for each in examples_authority.DELEGATIONS.values()),
    (Delegation, examples_authority.DELEGATION),
    *((ListingAsked, each["value"]) for each in examples_abuse.LISTINGS.values()),
    *((AppealAsked, each["value"]) for each in examples_abuse.APPEALS.values()),
    (Listing, examples_abuse.LISTING),
    (CustomerSignals, examples_abuse.CUSTOMER),
    (ReturnSignals, examples_abuse.RETURN),
    (EventReceipt, examples.EVENT_RECEIPT),
    (EventAnswered, examples.EVENT_ANSWERED),
    (AccountView, examples_credit.ACCOUNT),
    *((SpendAsked, each["value"]) for each in examples_credit.SPENDS.values()),
    (SpendDone, examples_credit.SPEND_DONE),
    *((ParcelReceived, each["value"]) for each in examples_receipts.PARCELS.values()),
    (ReceiptTaken, examples_receipts.RECEIPT_TAKEN),
    (WaitingReceipts, examples_receipts.WAITING),
    *((Assignment, each["value"]) for each in examples_receipts.ASSIGNMENTS.values()),
    (EventReceipt, examples_receipts.ASSIGNED),
    *((Dismissal, each["value"]) for each in examples_receipts.DISMISSALS.values()),
    (ReceiptDismissed, examples_receipts.DISMISSED),
    (CreditNote, examples_credit.NOTE),
    (CreditNoteList, examples_credit.NOTE_LIST),
    (ReplacementShipmentView, examples_shipments.SHIPMENT_VIEW),
    (ShipmentList, examples_shipments.SHIPMENT_LIST),
    (ShipmentAnswered, examples_shipments.SHIPMENT_ANSWERED),
    (CaseTimeline, examples_shipments.SHIPMENT_TIMELINE),
    *((ShipmentChanged, each["value"]) for each in examples_shipments.CHANGES.values()),
    *((ShipmentCancelRequested, each["value"]) for each in examples_shipments.CANCELLATIONS.values()),
    (DispositionTotals, examples_receipts.DISPOSITION_TOTALS),
    (PromiseList, examples_promises.LIST),
    (CasePromises, examples_promises.OF_CASE),
    (PromiseTotals, examples_promises.TOTALS),
    (PaymentIssueView, examples_money.ISSUE_VIEW),
    (IssueList, examples_money.ISSUE_LIST),
    (CollectionList, examples_money.COLLECTION_LIST),
    (IssueAnswered, examples_money.ISSUE_ANSWERED),
    (CaseTimeline, examples_money.ISSUE_TIMELINE),
    (CaseLedger, examples_money.ISSUE_LEDGER),
    *((ResolutionDecided, each["value"]) for each in examples_money.RESOLUTIONS.values()),
    *(
        (Correction if each["value"]["kind"] == "correction" else Goodwill, each["value"])
        for each in examples_adjustments.REQUESTS.values()
    ),
    (AdjustmentQuote, examples_adjustments.QUOTE),
    (AdjustmentView, examples_adjustments.VIEW),
    (AdjustmentList, examples_adjustments.LIST),
    (AdjustmentAnswered, examples_adjustments.ANSWERED),
    (CaseTimeline, examples_adjustments.TIMELINE),
    (CaseLedger, examples_adjustments.LEDGER),
    (AdjustmentExplanation, examples_adjustments.EXPLANATION),
    (ClaimExplanation, claim_explanation_example.EXPLANATION),
    (ClaimSignals, examples_claims.SIGNALS),
    *((AdjustmentApprovalDecided, each["value"]) for each in examples_adjustments.APPROVALS.values()),
    *((ManualRefundRecorded, each["value"]) for each in examples_adjustments.MANUAL_REFUNDS.values()),
    *((ManualRefundDecided, each["value"]) for each in examples_adjustments.CONFIRMATIONS.values()),
    *((ReceivableSettled, each["value"]) for each in examples_adjustments.SETTLEMENTS.values()),
    *((ClaimRequest, each["value"]) for each in examples_claims.REQUESTS.values()),
    (ClaimView, examples_claims.VIEW),
    (ClaimList, examples_claims.LIST),
    (ClaimAnswered, examples_claims.ANSWERED),
    (CaseTimeline, examples_claims.TIMELINE),
    *((ClaimDecided, each["value"]) for each in examples_claims.DECISIONS.values()),
    *((ClaimShown, each["value"]) for each in examples_claims.EVIDENCE.values()),
    *((ClaimAppealed, each["value"]) for each in examples_claims.APPEALS.values()),
    *((ClaimWithdrawn, each["value"]) for each in examples_claims.WITHDRAWALS.values()),
    *((WarrantyAsked, each["value"]) for each in examples_claims.REGISTRATIONS.values()),
    (Warranty, examples_claims.WARRANTY),
    (EventTaken, examples_money.EVENT_TAKEN),
    (EventReleased, examples_money.EVENT_RELEASED),
    (PaymentEventList, examples_money.EVENT_LIST),
    (VersionList, examples_policies.VERSIONS),
    (VersionView, examples_policies.ACTIVATED),
    (PolicyView, examples_policies.VERSION),
    (PolicyInWords, examples_policies.WORDS),
    (PolicyStaged, examples_policies.STAGED),
    (VersionDifferences, examples_policies.DIFFERENCES),
    *((PolicySent, each["value"]) for each in examples_policies.SENT.values()),
    *((PolicyActivation, each["value"]) for each in examples_policies.ACTIVATIONS.values()),
]


@pytest.mark.parametrize(("model", "example"), EXAMPLES)
def test_examples_are_true(model: type[BaseModel], example: Any) -> None:
    """Every example is what the model says, with no field that does not exist."""
    shown = model.model_validate(example).model_dump(mode="json")

    assert keys_of(example) <= keys_of(shown)


def test_example_names_exist() -> None:
    """The example's number is well-written, and its ledger uses a word of the ledger."""
    assert parse_rma(examples.RETURN_VIEW["rma"]) == examples.RETURN_VIEW["rma"]
    assert examples.LEDGER["entries"][0]["kind"] in set(EntryKind)


def test_every_operation_is_described(house: House) -> None:
    """Each operation has a neat id, words, a tag, and its problems as problem documents."""
    for path, methods in house.app.openapi()["paths"].items():
        for operation in methods.values():
            assert re.fullmatch(r"[a-z]+(_[a-z]+)*", operation["operationId"]), path
            assert operation["summary"], path
            assert operation["description"], path
            assert operation["tags"], path
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    assert list(response["content"]) == ["application/problem+json"], (path, status)


def test_every_group_says_what_it_is_about(house: House) -> None:
    """Whoever skims the reference finds a sentence at each heading, and no heading without calls."""
    document = house.nobody.get("/openapi.json").json()
    used = {tag for path in document["paths"].values() for operation in path.values() for tag in operation["tags"]}
    assert used == {tag["name"] for tag in document["tags"]}


def test_references_exist(house: House) -> None:
    """Nothing in the description points to a model that is not there."""
    description = house.app.openapi()
    named = set(re.findall(r"#/components/schemas/([A-Za-z0-9_-]+)", str(description)))

    assert named <= set(description["components"]["schemas"])
    assert "HTTPValidationError" not in named


def keys_of(value: Any, path: str = "") -> set[str]:
    """The addresses of all fields in a document."""
    if isinstance(value, dict):
        return {f"{path}.{name}" for name in value} | {
            key for name, inner in value.items() for key in keys_of(inner, f"{path}.{name}")
        }
    if isinstance(value, list | tuple):
        return {key for inner in value for key in keys_of(inner, f"{path}[]")}
    return set()
