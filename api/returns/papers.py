"""What the customer prints or shows: the packing slip, the customs invoice, the code of the return, the carrier's label."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from starlette.responses import RedirectResponse

from api import label_problems, problems
from api.dependencies import Parts, Rma, Services, needs
from api.keys import Caller
from api.papers import (
    PDF,
    SVG,
    DeliveryNumber,
    draw_code,
    draw_customs_invoice,
    draw_packing_slip,
    lead_to_label,
    pick_delivery,
)
from api.permissions import Permission
from api.reference import problem_responses
from domain.goods_back.facts import ReverseDelivery
from domain.returns.case import ReturnCase
from domain.returns.stages import is_authorized

router = APIRouter(prefix="/v1/returns", tags=["Returns"])

Reader = Annotated[Caller, needs(Permission.READ_RETURNS)]
UNKNOWN = (
    problems.RETURN_NOT_FOUND,
    problems.MALFORMED_RMA,
    label_problems.NO_SUCH_DELIVERY,
    label_problems.NOTHING_COMES_BACK,
)


@router.get(
    "/{rma}/packing_slip.pdf",
    operation_id="get_packing_slip",
    summary="The page that goes into the parcel",
    response_class=Response,
    responses={200: {"description": "A page of A4.", "content": {PDF: {}}}, **problem_responses(*UNKNOWN)},
)
def get_packing_slip(caller: Reader, rma: Rma, parts: Parts, delivery: DeliveryNumber = 1) -> Response:
    """The number of the return for eye and scanner, what lies in the parcel, and where it goes; the same bytes each time."""
    case, found = _delivery(parts, caller, rma, delivery)
    return draw_packing_slip(parts, case, found)


@router.get(
    "/{rma}/customs_invoice.pdf",
    operation_id="get_customs_invoice",
    summary="The page for customs",
    response_class=Response,
    responses={
        200: {"description": "A page of A4, to sign and to put on the parcel.", "content": {PDF: {}}},
        **problem_responses(*UNKNOWN, label_problems.NO_CUSTOMS_INVOICE),
    },
)
def get_customs_invoice(caller: Reader, rma: Rma, parts: Parts, delivery: DeliveryNumber = 1) -> Response:
    """What the carrier was told for customs, or would be; also for who sends the parcel without a label of ours."""
    case, found = _delivery(parts, caller, rma, delivery)
    return draw_customs_invoice(parts, case, found)


@router.get(
    "/{rma}/qr.svg",
    operation_id="get_return_code",
    summary="The code of the return",
    response_class=Response,
    responses={
        200: {"description": "A QR code.", "content": {SVG: {}}},
        **problem_responses(problems.RETURN_NOT_FOUND, problems.MALFORMED_RMA),
    },
)
def get_return_code(caller: Reader, rma: Rma, parts: Parts) -> Response:
    """The number of the return as QR code, for whoever has no printer: a drop-off, a store or the dock scans it."""
    parts.records.reads.return_case(caller.merchant, rma)
    return draw_code(parts, rma)


@router.get(
    "/{rma}/label",
    operation_id="get_return_label",
    summary="The carrier's label",
    status_code=302,
    response_class=RedirectResponse,
    responses={
        302: {
            "description": "Where the carrier keeps it: its code where that is to be shown, else the label to print."
        },
        **problem_responses(*UNKNOWN, label_problems.NO_LABEL),
    },
)
def get_return_label(caller: Reader, rma: Rma, parts: Parts, delivery: DeliveryNumber = 1) -> RedirectResponse:
    """Leads to the label as long as it may be used."""
    case, found = _delivery(parts, caller, rma, delivery)
    return lead_to_label(case, found)


def _delivery(parts: Services, caller: Caller, rma: str, number: int) -> tuple[ReturnCase, ReverseDelivery]:
    stored = parts.records.reads.return_case(caller.merchant, rma)
    comes_back = is_authorized(stored.case)
    return stored.case, pick_delivery(stored.case, number, state=stored.progress.state, comes_back=comes_back)
