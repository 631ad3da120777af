"""Returns over HTTP: asked for (`opening`), told about (`events`) and followed (`reading`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.returns import events, opening, reading

router = APIRouter()
router.include_router(opening.router)
router.include_router(reading.router)
router.include_router(events.router)
