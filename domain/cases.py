"""What every case shares: its address, who acted, what arrived, what it waits for, and its timeline."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

RETURN_WORKFLOW = "ReturnWorkflow"
EXCHANGE_WORKFLOW = "ExchangeWorkflow"
PAYMENT_ISSUE_WORKFLOW = "PaymentIssueWorkflow"
REPLACEMENT_SHIPMENT_WORKFLOW = "ReplacementShipmentWorkflow"
ADJUSTMENT_WORKFLOW = "AdjustmentWorkflow"
CLAIM_WORKFLOW = "ClaimWorkflow"


class CasePart(BaseModel):
    """Parts of a case are values."""

    model_config = ConfigDict(frozen=True)


class CaseKind(StrEnum):
    """Which story a case tells; one workflow each."""

    RETURN = "return"
    EXCHANGE = "exchange"
    PAYMENT_ISSUE = "payment_issue"
    REPLACEMENT_SHIPMENT = "replacement_shipment"
    ADJUSTMENT = "adjustment"
    CLAIM = "claim"


class CaseRef(CasePart):
    """The address of a case: enough to find it anywhere, and nothing personal.

    `rma` is the number of the case; of a return it is the RMA number as well.
    """

    merchant: str
    rma: str
    kind: CaseKind = CaseKind.RETURN

    @property
    def workflow_id(self) -> str:
        """The id of the one Temporal workflow of this case."""
        return f"{self.kind}:{self.merchant}:{self.rma}"


class Role(StrEnum):
    """What an actor may do; granted by an API key, `system` and `carrier` by ourselves."""

    STOREFRONT = "storefront"
    CUSTOMER = "customer"
    WAREHOUSE = "warehouse"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMIN = "admin"
    CARRIER = "carrier"
    SYSTEM = "system"


class Actor(CasePart):
    """Who did it. `name` is a login or a device, never a customer's name or address.

    `owner` is the person behind a login that is called otherwise; one person may have several logins and roles.
    """

    name: str
    role: Role
    owner: Annotated[str, Field(exclude_if=lambda owner: not owner)] = ""

    @property
    def person(self) -> str:
        """Who answers for it, however they logged in."""
        return (self.owner or self.name).casefold()


SYSTEM = Actor(name="aftercart", role=Role.SYSTEM)


class WaitingFor(StrEnum):
    """The one thing a case needs next; `nothing` when it is closed."""

    DECISION = "decision"
    REVIEW = "review"
    EVIDENCE = "evidence"
    PARCEL = "parcel"
    REMAINING_PARCELS = "remaining_parcels"
    INSPECTION = "inspection"
    APPROVAL = "approval"
    REFUND = "refund"
    PAYMENT = "payment"
    DISPUTE = "dispute"
    CONFIRMATION = "confirmation"
    RESOLUTION = "resolution"
    RESTOCK = "restock"
    GOING_BACK = "going_back"
    REPLACEMENT = "replacement"
    CHOICE = "choice"
    APPEAL = "appeal"
    STOCK = "stock"
    GO_AHEAD = "go_ahead"
    HANDOVER = "handover"
    DISPATCH = "dispatch"
    DELIVERY = "delivery"
    RELEASE = "release"
    CLOSING = "closing"
    NOTHING = "nothing"


class CollectionAct(StrEnum):
    """What is to be done about money that comes from a customer."""

    REQUEST = "request"
    CAPTURE = "capture"
    RELEASE = "release"
    EXPIRE = "expire"
    RENEW = "renew"


class DueCollection(CasePart):
    """One thing to do about the collection of that number: at once, or at a time."""

    number: int
    act: CollectionAct
    at: AwareDatetime | None = None


class Progress(CasePart):
    """Where a case stands, derived from its facts. A workflow branches on this and on nothing else.

    `deadline` is when the wait is over, `reminder_at` when whoever is waited for is reminded before that,
    `labels_expire_at` when a label expires that no parcel used, `choose_by` until when the customer may choose something
    that nothing waits for yet, `exceptions_due_at` when another role is asked about an exception.
    `payouts` are due now and `deliveries` come back, both by number; `payouts_ahead` are due now although the case waits
    for its goods, and `asks_ahead` says that somebody is asked about such a refund while goods still come; `collections` are due now or later.
    `unused_labels` are those of deliveries that will not come, `expired_labels` those whose time is over although the case waits, `goods_due` asks for the dispositions, `shipments` are the
    replacement shipments that must run.
    """

    state: str
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None = None
    reminder_at: AwareDatetime | None = None
    labels_expire_at: AwareDatetime | None = None
    choose_by: AwareDatetime | None = None
    exceptions_due_at: AwareDatetime | None = None
    next_step: str
    payouts: tuple[int, ...] = ()
    payouts_ahead: tuple[int, ...] = ()
    asks_ahead: bool = False
    deliveries: tuple[int, ...] = (1,)
    unused_labels: tuple[int, ...] = ()
    expired_labels: tuple[int, ...] = ()
    collections: tuple[DueCollection, ...] = ()
    goods_due: bool = False
    shipments: tuple[str, ...] = ()
    open: bool = True

    @property
    def wakes_at(self) -> AwareDatetime | None:
        """When something is to be done although nothing came: the deadline, a reminder or the end of a label before it."""
        moments = (
            self.deadline,
            self.reminder_at,
            self.labels_expire_at,
            self.choose_by,
            self.exceptions_due_at,
        )
        return min((at for at in moments if at is not None), default=None)

    @model_validator(mode="before")
    @classmethod
    def _stored_of_old(cls, document: Any) -> Any:
        """Histories hold progress of when a case had one label."""
        if isinstance(document, dict) and document.get("label_unused"):
            return document | {"unused_labels": (1,)}
        return document


class EventKind(StrEnum):
    """News about a case, and the name of the signal that brings it."""

    LABEL_SCANNED = "label_scanned"
    ITEM_RECEIVED = "item_received"
    INSPECTION_RECORDED = "inspection_recorded"
    APPROVAL_DECIDED = "approval_decided"
    EVIDENCE_GIVEN = "evidence_given"
    EXCEPTION_REQUESTED = "exception_requested"
    CANCEL_REQUESTED = "cancel_requested"
    LATE_CANCELLATION_REQUESTED = "late_cancellation_requested"
    SPLIT_REQUESTED = "split_requested"
    CHOICE_GIVEN = "choice_given"
    PAYOUT_CHANGED = "payout_changed"
    COLLECTION_CHANGED = "collection_changed"
    DISPUTE_CHANGED = "dispute_changed"
    RESOLUTION_DECIDED = "resolution_decided"
    SHIPMENT_CHANGED = "shipment_changed"
    SHIP_REQUESTED = "ship_requested"
    STOP_REQUESTED = "stop_requested"
    SHORTAGE_REPORTED = "shortage_reported"
    REPLACEMENT_CHANGED = "replacement_changed"
    APPEAL_REQUESTED = "appeal_requested"
    MANUAL_REFUND_RECORDED = "manual_refund_recorded"
    MANUAL_REFUND_DECIDED = "manual_refund_decided"


class InboxEvent(CasePart):
    """Something that arrived for a case, kept under its own id before anything is done about it."""

    event_id: str
    merchant: str
    rma: str
    kind: EventKind
    actor: Actor
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    awaits_answer: bool = False
    payload: dict[str, Any] = {}
    case_kind: CaseKind = CaseKind.RETURN

    @property
    def ref(self) -> CaseRef:
        """The case that it is about."""
        return CaseRef(merchant=self.merchant, rma=self.rma, kind=self.case_kind)


class EventOutcome(StrEnum):
    """What became of an inbox event."""

    APPLIED = "applied"
    KEPT = "kept"
    REPEATED = "repeated"
    REFUSED = "refused"
    PARKED = "parked"


class EventAnswer(CasePart):
    """What the sender of an event is told. `code` is stable for programs, `detail` is for people."""

    event_id: str
    outcome: EventOutcome
    code: str
    detail: str


class Letter(CasePart):
    """An event that one case keeps for another; whose story is told of it at once, or by dispatch a little later."""

    to: CaseRef
    kind: EventKind
    event_id: str


class StepResult(CasePart):
    """What a step tells its workflow: where the case now stands, and the answer to the event if there was one.

    `version` grows with every change of the case, so that the later of two results is known. `letters` are what the
    step kept for other cases.
    """

    progress: Progress
    version: int = 0
    order_id: str = ""
    answer: EventAnswer | None = None
    letters: tuple[Letter, ...] = ()


class TimelineEntry(CasePart):
    """One thing that happened to a case, by whom, in words; `facts` hold ids and amounts, nothing personal."""

    at: AwareDatetime
    actor: Actor
    event: str
    summary: str
    facts: dict[str, Any] = {}
