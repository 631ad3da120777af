"""Whether the process lives, and whether it can do its work."""

from __future__ import annotations

from enum import StrEnum

from fastapi import APIRouter
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, Field

from api import problems
from api.dependencies import Parts, Services
from api.errors import ApiProblem, retry_after
from api.reference import problem_responses
from domain.errors import Unavailable

router = APIRouter(tags=["Health"])


class Alive(BaseModel):
    """The process answers."""

    status: str = Field("alive", examples=["alive"])


class CheckResult(StrEnum):
    """How one part is."""

    OK = "ok"
    NOT_MIGRATED = "not migrated"
    UNREACHABLE = "unreachable"


class Ready(BaseModel):
    """Each part without which no return moves, and how it is."""

    status: str = Field("ready", examples=["ready"])
    checks: dict[str, CheckResult] = Field(examples=[{"database": "ok", "temporal": "ok"}])


@router.get("/healthz", operation_id="check_alive", summary="Is the process alive?")
async def check_alive() -> Alive:
    """Answers as long as the process does; asks no other part."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="check_ready",
    summary="Can it do its work?",
    responses=problem_responses(problems.NOT_READY, common=False),
)
async def check_ready(parts: Parts) -> Ready:
    """The database answers and is migrated, and Temporal answers. Reads of cases work without Temporal."""
    checks = {"database": await run_in_threadpool(_check_database, parts), "temporal": await _check_temporal(parts)}
    if set(checks.values()) != {CheckResult.OK}:
        bad = "; ".join(f"{name} is {result}" for name, result in checks.items() if result is not CheckResult.OK)
        raise ApiProblem(problems.NOT_READY, f"Not ready: {bad}.", headers=retry_after(), members={"checks": checks})
    return Ready(checks=checks)


def _check_database(parts: Services) -> CheckResult:
    try:
        return CheckResult.OK if parts.records.reads.is_migrated() else CheckResult.NOT_MIGRATED
    except Unavailable:
        return CheckResult.UNREACHABLE


async def _check_temporal(parts: Services) -> CheckResult:
    return CheckResult.OK if await parts.gateway.is_reachable() else CheckResult.UNREACHABLE
