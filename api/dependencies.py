"""What routes are given: the parts of the system, who calls, and the ids in the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Protocol

from fastapi import Depends, Header, Path, Request, Security, params
from fastapi.concurrency import run_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer, SecurityScopes

from api import problems
from api.errors import ApiProblem
from api.keys import Caller, KeyRing
from api.permissions import Permission, is_allowed, roles_with
from api.rate_limits import RateLimits
from api.requests import note
from config.settings import Settings
from domain.cases import CaseRef, EventAnswer, InboxEvent
from domain.catalogue.ports import Storefront
from domain.credit_notes import NotePages
from domain.goods_back.carrier_news import CarrierWebhooks
from domain.goods_back.customs import CustomsPages
from domain.goods_back.papers import SlipPages
from domain.orders import Identifier
from domain.policies import Conditions
from domain.ports import Clock, PaymentWebhooks
from domain.rma import MalformedRma, parse_rma
from records.database import SqlRecords


class CaseWorkflows(Protocol):
    """The running stories, as `workflows.gateway.CaseGateway` reaches them."""

    async def open(self, ref: CaseRef) -> None:
        """The story runs and has come to its first decision."""
        ...

    async def deliver(self, ref: CaseRef, event: InboxEvent) -> bool:
        """The story was told of the event; False when no open one takes it."""
        ...

    async def ask(self, ref: CaseRef, event: InboxEvent) -> EventAnswer:
        """What the story answers to the event."""
        ...

    async def is_reachable(self) -> bool:
        """Whether Temporal answers."""
        ...


@dataclass(frozen=True)
class Services:
    """The parts of the system that routes use."""

    settings: Settings
    records: SqlRecords
    gateway: CaseWorkflows
    clock: Clock
    conditions: Conditions
    keys: KeyRing
    limits: RateLimits
    payment_webhooks: Callable[[], PaymentWebhooks]
    carrier_webhooks: Callable[[], CarrierWebhooks]
    storefronts: Callable[[str], Storefront | None]
    note_pages: NotePages
    slip_pages: SlipPages
    customs_pages: CustomsPages


def services(request: Request) -> Services:
    """The parts that the app was made with."""
    found: Services = request.app.state.services
    return found


Parts = Annotated[Services, Depends(services)]

api_key = HTTPBearer(
    auto_error=False,
    scheme_name="ApiKey",
    bearerFormat="ak_...",
    description="A key of your shop. Each key stands for one name and one role; the roles that may call are named at each operation.",
)


async def authorize(
    scopes: SecurityScopes,
    request: Request,
    parts: Parts,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(api_key)],
) -> Caller:
    """The caller, who has every permission that the route names and has not called too often."""
    caller = await _identify(parts.keys, credentials)
    note(request, merchant=caller.merchant, actor=caller.actor.name, role=caller.actor.role)
    parts.limits.count(caller.key_id, now=parts.clock.now())
    for permission in scopes.scopes:
        require(caller, Permission(permission))
    return caller


def require(caller: Caller, permission: Permission) -> None:
    """Nothing, when the caller has the permission; else the problem that names who has."""
    if not is_allowed(caller.actor.role, permission):
        able = ", ".join(roles_with(permission))
        detail = f"The role {caller.actor.role} may not do this ({permission}); it needs one of: {able}."
        raise ApiProblem(problems.FORBIDDEN, detail)


def needs(permission: Permission) -> params.Security:
    """Lets callers with the permission in, and shows it in the reference."""
    return params.Security(dependency=authorize, scopes=[permission.value])


OrderId = Annotated[Identifier, Path(description="The shop's own id of the order.", examples=["1042"])]


ProductId = Annotated[Identifier, Path(description="The shop's own id of the product.", examples=["mug"])]


def case_number(
    request: Request,
    rma: Annotated[
        str,
        Path(description="The RMA number; case, spaces and the hyphen do not matter.", examples=["7K3F-Q9X4"]),
    ],
) -> str:
    """The RMA number as we write it."""
    try:
        number = parse_rma(rma)
    except MalformedRma as malformed:
        raise ApiProblem(problems.MALFORMED_RMA, f"{malformed}.") from None
    note(request, case_id=number)
    return number


Rma = Annotated[str, Depends(case_number)]


def issue_number(
    request: Request,
    number: Annotated[str, Path(description="The number of the payment issue.", examples=["9WQ4-T6MX"])],
) -> str:
    """The number as we write it."""
    return case_number(request, number)


IssueNumber = Annotated[str, Depends(issue_number)]


def adjustment_number(
    request: Request,
    number: Annotated[str, Path(description="The number of the adjustment.", examples=["4TX7-M2QC"])],
) -> str:
    """The number as we write it."""
    return case_number(request, number)


AdjustmentNumber = Annotated[str, Depends(adjustment_number)]


def claim_number(
    request: Request,
    number: Annotated[str, Path(description="The number of the claim.", examples=["6HN2-P8DW"])],
) -> str:
    """The number as we write it."""
    return case_number(request, number)


ClaimNumber = Annotated[str, Depends(claim_number)]


def shipment_number(
    request: Request,
    number: Annotated[str, Path(description="The number of the replacement shipment.", examples=["9WQ4-T6MX"])],
) -> str:
    """The number as we write it."""
    return case_number(request, number)


ShipmentNumber = Annotated[str, Depends(shipment_number)]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        description="Only if this is still the present version: the `ETag` of what you read.",
        examples=['"3"'],
    ),
]
IfNew = Annotated[str | None, Header(alias="If-None-Match", description="`*`: only if it is new.")]
IfNoneMatch = Annotated[
    str | None,
    Header(alias="If-None-Match", description="Answer 304 if this is still the present version.", examples=['"3"']),
]


async def _identify(keys: KeyRing, credentials: HTTPAuthorizationCredentials | None) -> Caller:
    key = credentials.credentials if credentials else ""
    caller = keys.recall(key) or await run_in_threadpool(keys.look_up, key)
    if caller is None:
        detail = "This key is unknown or revoked." if key else problems.UNAUTHENTICATED.remedy
        raise ApiProblem(problems.UNAUTHENTICATED, detail, headers={"WWW-Authenticate": "Bearer"})
    return caller
