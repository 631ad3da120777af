"""Returns over HTTP: asked for (`opening`, `appeals`), printed (`papers`), told about (`events`) and followed (`reading`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.returns import appeals, events, opening, papers, reading, splitting

router = APIRouter()
router.include_router(opening.router)
router.include_router(appeals.router)
router.include_router(papers.router)
router.include_router(reading.router)
router.include_router(events.router)
router.include_router(splitting.router)
