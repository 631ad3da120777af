"""Approvals over HTTP: the queue (`reading`), working it off (`deciding`), and standing in (`delegations`)."""

from __future__ import annotations

from fastapi import APIRouter

from api.approvals import deciding, delegations, reading

router = APIRouter()
router.include_router(reading.router)
router.include_router(deciding.router)
router.include_router(delegations.router)
