"""Returns over HTTP: asked for (`opening`, `appeals`), told about (`events`) and followed (`reading`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.returns import appeals, events, opening, reading

router = APIRouter()
router.include_router(opening.router)
router.include_router(appeals.router)
router.include_router(reading.router)
router.include_router(events.router)
