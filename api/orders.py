"""The order: told by the shop, and read joined up with all that happened to it since."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Self

from fastapi import APIRouter, Body, Header, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from api import examples, examples_customs, problems
from api.dependencies import IfMatch, IfNoneMatch, OrderId, Parts, needs
from api.errors import ApiProblem, FieldError
from api.etags import answer, etag, etag_of, expected_version
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.requests import note
from api.viewers import ViewedBy, Viewer
from domain.case_documents import CaseDocument
from domain.cases import CaseKind, WaitingFor
from domain.goods_back.case import CaseWithGoods
from domain.orders import Order
from domain.replacement_shipments.views import ReplacementShipmentView, view_shipment
from records.joined_orders import hide_gift_returns
from records.models import OrderOutcome, OrderReceipt, OrderWithCases, PaymentBalance, StoredCase, StoredShipment

router = APIRouter(prefix="/v1/orders", tags=["Orders"])

Writer = Annotated[Caller, needs(Permission.WRITE_ORDERS)]
Reader = Annotated[Caller, needs(Permission.READ_ORDERS)]


class OrderPart(BaseModel):
    """Parts of the answer are values."""

    model_config = ConfigDict(frozen=True)


class OrderStored(OrderPart):
    """What became of the order that was sent."""

    order_id: str
    version: int = Field(description="Grows by one with each change; the same order again keeps it.")
    outcome: OrderOutcome = Field(description="created, updated or unchanged")


class LineUnits(OrderPart):
    """How many units of a line may still come back."""

    line_id: str
    sold: int
    in_cases: int = Field(description="Held by open cases, or taken back by closed ones.")
    free: int


class PaymentMoney(OrderPart):
    """What became of one payment, in minor units of the order's currency."""

    payment_id: str
    captured_minor: int
    refunded_minor: int
    pending_minor: int = Field(description="Promised to a refund that is not settled yet.")
    disputed_minor: int = Field(description="Taken back by the customer's bank.")
    excess_minor: int = Field(description="ALARM unless 0: what banks claim beyond what the payment still held.")
    left_minor: int = Field(description="What may still be refunded.")

    @classmethod
    def of(cls, balance: PaymentBalance) -> Self:
        """The balance as it is shown."""
        shown = set(cls.model_fields) - {"left_minor", "excess_minor"}
        return cls(
            **balance.model_dump(include=shown), left_minor=balance.refundable_minor, excess_minor=balance.excess_minor
        )


class OrderCase(OrderPart):
    """One case about the order, in short."""

    rma: str
    kind: CaseKind
    state: str
    waiting_for: WaitingFor
    since: AwareDatetime
    deadline: AwareDatetime | None
    next_step: str
    open: bool
    requested_at: AwareDatetime
    units: dict[str, int] = Field(description="Units by line id that are to come back; none of a case without goods.")
    payouts_minor: int = Field(default=0, description="What it has paid, or is about to.")

    @classmethod
    def of(cls, stored: StoredCase) -> Self:
        """The case in short."""
        case = stored.case
        return cls(
            rma=case.ref.rma,
            kind=case.ref.kind,
            requested_at=stored.requested_at,
            units=_expected(case),
            payouts_minor=sum(payout.pending_minor + payout.refunded_minor for payout in case.payouts),
            **stored.progress.model_dump(include={"state", "waiting_for", "since", "deadline", "next_step", "open"}),
        )


class OrderView(OrderPart):
    """The order with everything that happened to it."""

    order: Order
    version: int
    updated_at: AwareDatetime
    units: list[LineUnits]
    payments: list[PaymentMoney]
    cases: list[OrderCase] = Field(description="Of every kind, newest first.")
    replacement_shipments: list[ReplacementShipmentView] = Field(
        default=[], description="Goods on their way to the customer, each with the case that promised it; newest first."
    )

    @classmethod
    def of(
        cls,
        found: OrderWithCases,
        *,
        taken: dict[str, int],
        balances: list[PaymentBalance],
        shipments: list[StoredShipment],
        viewer: Viewer = Viewer.SHOP,
    ) -> Self:
        """The order as the records hold it, with the units that cases took and what the ledger says of its payments."""
        if viewer is Viewer.BUYER:
            found, balances = hide_gift_returns(found, balances)
            seen = {stored.case.ref for stored in found.cases}
            shipments = [stored for stored in shipments if stored.case.ref in seen]
        order = found.stored.order
        return cls(
            order=order,
            version=found.stored.version,
            updated_at=found.stored.updated_at,
            units=[_units(line.line_id, line.quantity, taken.get(line.line_id, 0)) for line in order.lines],
            payments=[PaymentMoney.of(balance) for balance in balances],
            cases=[OrderCase.of(stored) for stored in found.cases],
            replacement_shipments=[view_shipment(stored.case, stored.progress) for stored in shipments],
        )


@router.put(
    "/{order_id:path}",
    operation_id="put_order",
    summary="Tell us an order, or that it changed",
    response_model=OrderStored,
    responses={
        200: {"description": "The order is on record; it was known before."},
        201: {"description": "The order is on record; it was new.", "model": OrderStored},
        **problem_responses(problems.ORDER_IN_USE, problems.PRECONDITION_FAILED),
    },
)
def put_order(
    order_id: OrderId,
    order: Annotated[Order, Body(openapi_examples=examples.ORDERS | examples_customs.ORDERS)],
    caller: Writer,
    parts: Parts,
    request: Request,
    if_match: IfMatch = None,
    if_none_match: Annotated[
        str | None, Header(alias="If-None-Match", description="`*`: only if the order is new.")
    ] = None,
) -> Response:
    """The whole order is replaced; the same order again changes nothing and keeps its version.

    With `If-Match` it is replaced only if nobody changed it since you read it. The part of an `ETag` before the hyphen
    is the version of the order, and only that part is compared: a return that moved on does not stand in your way.
    """
    note(request, order_id=order_id)
    if order.order_id != order_id:
        detail = f"The address says {order_id}, the body {order.order_id}."
        raise ApiProblem(problems.INVALID_REQUEST, detail, errors=[FieldError(field="order_id", detail=detail)])
    expected = expected_version(if_match, if_none_match)
    receipt = parts.records.put_order(caller.merchant, order, actor=caller.actor, expected_version=expected)
    if not receipt.stored:
        raise _not_stored(receipt)
    stored = OrderStored(order_id=order_id, version=receipt.version, outcome=receipt.outcome)
    status = 201 if receipt.outcome is OrderOutcome.CREATED else 200
    return answer(stored, tag=etag(receipt.version), status=status)


@router.get(
    "/{order_id:path}",
    operation_id="get_order",
    summary="Read an order joined up",
    response_model=OrderView,
    responses={
        200: {"content": {"application/json": {"example": examples.ORDER_VIEW}}},
        304: {"description": "Nothing changed since you read it."},
        **problem_responses(problems.ORDER_NOT_FOUND),
    },
)
def get_order(
    order_id: OrderId,
    caller: Reader,
    parts: Parts,
    request: Request,
    if_none_match: IfNoneMatch = None,
    viewer: ViewedBy = Viewer.SHOP,
) -> Response:
    """The order, which units are free to return, what became of the money, and every case with what it waits for."""
    note(request, order_id=order_id)
    reads = parts.records.reads
    view = OrderView.of(
        reads.order_with_cases(caller.merchant, order_id),
        taken=reads.units_in_cases(caller.merchant, order_id, for_buyer=viewer is Viewer.BUYER),
        balances=reads.balances(caller.merchant, order_id),
        shipments=reads.shipments.of_order(caller.merchant, order_id),
        viewer=viewer,
    )
    digest = etag_of(view.model_dump_json().encode()).strip('"')
    return answer(view, tag=etag(f"{view.version}-{digest}"), if_none_match=if_none_match)


def _expected(case: CaseDocument) -> dict[str, int]:
    units = Counter[str]()
    if isinstance(case, CaseWithGoods):
        for unit in case.expected:
            units[unit.line_id] += unit.quantity
    return dict(units)


def _units(line_id: str, sold: int, in_cases: int) -> LineUnits:
    return LineUnits(line_id=line_id, sold=sold, in_cases=in_cases, free=sold - in_cases)


def _not_stored(receipt: OrderReceipt) -> ApiProblem:
    if receipt.outcome is OrderOutcome.STALE:
        headers = {"ETag": etag(receipt.version)} if receipt.version else {}
        return ApiProblem(problems.PRECONDITION_FAILED, f"{receipt.problem}.", headers=headers)
    return ApiProblem(problems.ORDER_IN_USE, f"{receipt.problem}.", members={"code": receipt.outcome})
