"""EasyPost's addresses and what stands behind each."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import JSONResponse, Response

from sandbox.easypost import shipments, trackers
from sandbox.easypost.errors import EasyPostRefusal, not_found
from sandbox.easypost.labels import draw_code, draw_label, write_commands
from sandbox.easypost.objects import FORM, LABEL
from sandbox.store import Document, Store, Transaction

router = APIRouter(prefix="/easypost")


class Call:
    """A request that was read."""

    def __init__(self, request: Request, body: bytes) -> None:
        self.store: Store = request.app.state.store
        self.query = dict(request.query_params)
        self.authorized = bool(request.headers.get("authorization"))
        self.label_base = str(request.base_url) + "easypost/labels"
        self._body = body

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the request."""
        try:
            body = json.loads(self._body or b"{}")
        except ValueError:
            raise EasyPostRefusal("BAD_REQUEST", "The body is not JSON.", status=400) from None
        return body if isinstance(body, dict) else {}

    def answer(self, endpoint: Callable[[Transaction], Document], *, status: int = 200) -> Response:
        """What `endpoint` does is committed before the answer leaves."""
        try:
            if not self.authorized:
                raise EasyPostRefusal("UNAUTHORIZED", "Send an API key.", status=401)
            with self.store.transaction() as tx:
                return JSONResponse(endpoint(tx), status_code=status)
        except EasyPostRefusal as refusal:
            return JSONResponse(refusal.body, status_code=refusal.status)


async def read_call(request: Request) -> Call:
    """The request with its body."""
    return Call(request, await request.body())


Read = Annotated[Call, Depends(read_call)]


@router.post("/v2/shipments")
async def create_shipment(call: Read) -> Response:
    return call.answer(lambda tx: shipments.create(tx, call.body), status=201)


@router.get("/v2/shipments")
async def list_shipments(call: Read) -> Response:
    return call.answer(lambda tx: shipments.list_all(tx, call.query))


@router.get("/v2/shipments/{id:path}")
async def retrieve_shipment(call: Read, id: str) -> Response:
    return call.answer(lambda tx: shipments.find(tx, id))


@router.post("/v2/shipments/{id:path}/buy")
async def buy_shipment(call: Read, id: str) -> Response:
    return call.answer(lambda tx: shipments.buy(tx, id, call.body, label_base=call.label_base))


@router.post("/v2/shipments/{id:path}/refund")
async def refund_shipment(call: Read, id: str) -> Response:
    return call.answer(lambda tx: shipments.refund(tx, id))


@router.post("/v2/shipments/{id:path}/forms")
async def generate_form(call: Read, id: str) -> Response:
    return call.answer(lambda tx: shipments.generate_form(tx, id, call.body, form_base=call.label_base), status=201)


@router.post("/v2/trackers")
async def create_tracker(call: Read) -> Response:
    return call.answer(lambda tx: trackers.create(tx, call.body))


@router.get("/v2/trackers")
async def list_trackers(call: Read) -> Response:
    return call.answer(lambda tx: trackers.list_all(tx, call.query))


@router.get("/v2/trackers/{id}")
async def retrieve_tracker(call: Read, id: str) -> Response:
    return call.answer(lambda tx: trackers.retrieve(tx, id))


@router.get("/labels/{id}.pdf")
async def show_label(request: Request, id: str) -> Response:
    """The label itself; whoever has its address may print it, as with EasyPost's own files."""
    return _paper(request, LABEL, id, draw=draw_label, media_type="application/pdf")


@router.get("/labels/{id}.zpl")
async def show_commands(request: Request, id: str) -> Response:
    """The label for a label printer."""
    return _paper(request, LABEL, id, draw=write_commands, media_type="application/zpl")


@router.get("/labels/{id}.png")
async def show_code(request: Request, id: str) -> Response:
    """The code that is shown at the counter."""
    return _paper(request, FORM, id, draw=draw_code, media_type="image/png")


def _paper(request: Request, kind: str, id: str, *, draw: Callable[[Document], bytes], media_type: str) -> Response:
    store: Store = request.app.state.store
    with store.transaction() as tx:
        paper = tx.get(kind, id)
        if paper is None:
            return JSONResponse(not_found().body, status_code=404)
        shipment = shipments.find(tx, paper["shipment_id"])
    return Response(draw(shipment), media_type=media_type)
