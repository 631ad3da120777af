"""Events, as they can be listed after the fact."""

from __future__ import annotations

from sandbox.store import Document
from sandbox.stripe.calls import EVENT, Work
from sandbox.stripe.errors import missing


def retrieve(work: Work, id: str) -> Document:
    """GET /v1/events/{id}"""
    event = work.tx.get(EVENT, id)
    if event is None:
        raise missing("event", id, param="id")
    return event


def list_all(work: Work) -> Document:
    """GET /v1/events"""
    work.params.refuse_unknown("type", "types", "created", "limit", "starting_after", "ending_before")
    wanted = {*work.params.items("types"), work.params.text("type") or ""} - {""}
    events = [event for event in work.tx.newest(EVENT) if not wanted or event["type"] in wanted]
    return work.params.page(events, url="/v1/events")
