"""Credit notes: read by number, as JSON or as PDF, and listed by order or case."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api import credit_problems, examples_credit
from api.dependencies import IfNoneMatch, Parts, needs
from api.etags import answer, etag_of, matches
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from api.viewers import Viewer
from domain.credit_notes import CreditNote
from domain.orders import Identifier
from domain.rma import RMA_PATTERN

router = APIRouter(prefix="/v1/credit_notes", tags=["Credit notes"])

Reader = Annotated[Caller, needs(Permission.READ_CREDIT_NOTES)]
LONGEST_PAGE = 200
PDF = "application/pdf"
SUFFIX = ".pdf"


class CreditNoteList(BaseModel):
    """Credit notes in the order of their numbers."""

    model_config = ConfigDict(frozen=True)

    credit_notes: list[CreditNote]
    next_after: int | None = Field(description="Send it as `after` for the next page; null at the end.")


class CreditNoteQuery(BaseModel):
    """Which credit notes to list; all that is given must hold."""

    model_config = ConfigDict(extra="forbid")

    order_id: Identifier | None = None
    rma: Annotated[str, Field(pattern=RMA_PATTERN, description="The case that was reimbursed.")] | None = None
    view: Annotated[Viewer, Field(description="buyer: without notes about what recipients of gifts sent back.")] = (
        Viewer.SHOP
    )
    after: Annotated[int, Field(ge=0, le=2**31 - 1, description="Only notes behind the one of this sequence.")] = 0
    limit: Annotated[int, Field(ge=1, le=LONGEST_PAGE)] = 50


@router.get(
    "",
    operation_id="list_credit_notes",
    summary="List credit notes",
    responses={
        200: {"content": {"application/json": {"example": examples_credit.NOTE_LIST}}},
        **problem_responses(),
    },
)
def list_credit_notes(caller: Reader, parts: Parts, query: Annotated[CreditNoteQuery, Query()]) -> CreditNoteList:
    """In the order of their numbers, which have no gaps."""
    found = parts.records.reads.money.credit_notes(
        caller.merchant,
        order_id=query.order_id,
        rma=query.rma,
        for_buyer=query.view is Viewer.BUYER,
        after=query.after,
        limit=query.limit + 1,
    )
    page = found[: query.limit]
    return CreditNoteList(credit_notes=page, next_after=page[-1].sequence if len(found) > len(page) else None)


@router.get(
    "/{number}",
    operation_id="get_credit_note",
    summary="Read a credit note",
    response_model=CreditNote,
    responses={
        200: {"content": {"application/json": {"example": examples_credit.NOTE}, PDF: {}}},
        304: {"description": "You have it already; a note never changes."},
        **problem_responses(credit_problems.CREDIT_NOTE_NOT_FOUND),
    },
)
def get_credit_note(
    caller: Reader,
    number: Annotated[
        str, Path(max_length=40, description="Its number; with `.pdf` behind it, as PDF.", examples=["CN-000042"])
    ],
    parts: Parts,
    accept: Annotated[str, Header(description="`application/pdf` for the PDF.")] = "",
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Net and tax by rate of what was paid back. The PDF of a note is the same bytes each time."""
    as_pdf = number.endswith(SUFFIX) or PDF in accept
    note = parts.records.reads.money.credit_note(caller.merchant, number.removesuffix(SUFFIX))
    if not as_pdf:
        return answer(note, if_none_match=if_none_match, headers={"Vary": "Accept"})
    customer = parts.records.reads.money.customer_of(note)
    body = parts.note_pages.draw(note, customer)
    tag = etag_of(body)
    headers = {"ETag": tag, "Vary": "Accept"}
    if if_none_match is not None and matches(if_none_match, tag):
        return Response(status_code=304, headers=headers)
    headers["Content-Disposition"] = f'inline; filename="{note.number}{SUFFIX}"'
    return Response(body, headers=headers, media_type=PDF)
