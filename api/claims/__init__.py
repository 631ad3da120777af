"""Claims over HTTP: filed (`opening`), decided and shown (`events`), printed (`papers`), followed (`reading`); and `warranties`."""

from __future__ import annotations

from fastapi import APIRouter

from api.claims import events, opening, papers, reading, warranties

router = APIRouter()
router.include_router(opening.router)
router.include_router(reading.router)
router.include_router(events.router)
router.include_router(papers.router)
router.include_router(warranties.router)
