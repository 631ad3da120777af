"""The beginning of a case: claimed at the door or opened by an event, then started by whoever can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from domain.adjustments.case import Adjustment
from domain.cases import CaseKind, CaseRef, Progress, TimelineEntry, WaitingFor
from domain.claims.case import Claim
from domain.exchanges.facts import ExchangeFacts
from domain.exchanges.offers import is_exchange
from domain.gifts import GiftReturn
from domain.orders import Order
from domain.recipients import name_gift
from domain.returns.case import ReturnCase, ReturnRequest
from domain.returns.exceptions import ask_exception
from domain.stories import derive_progress
from records.adjustment_models import AdjustmentClaim
from records.cases import add_to_timeline
from records.claim_models import ClaimFiled
from records.models import Claimed, ClaimOutcome, DueClaim, ReturnClaim
from records.new_cases import NewCase, insert_case
from records.orders import load_order
from records.policies import load_policy
from records.statements import plain
from records.tables import cases


def claim_return(connection: Connection, claim: ReturnClaim, *, new_rma: Callable[[], str]) -> Claimed:
    """The request has its case; the same request again has the same one. See `SqlRecords.claim_return`."""
    kind = CaseKind.EXCHANGE if is_exchange(claim.request.lines) else CaseKind.RETURN
    known = find_claim(connection, claim.merchant, claim.idempotency_key, claim.body_hash, kind=kind)
    if known is not None:
        return known
    order = load_order(connection, claim.merchant, claim.request.order_id)
    gift = _gift_of(claim, order)
    policy = load_policy(connection, claim.merchant)
    ref = CaseRef(merchant=claim.merchant, rma=new_rma(), kind=kind)
    case = ReturnCase(
        ref=ref,
        order_id=order.order_id,
        currency=order.currency,
        lines=claim.request.lines,
        opened_by=claim.actor,
        requested_at=claim.requested_at,
        gift=gift,
        appeal=claim.appeal,
        policy_version=policy.version,
        exceptions=(
            (ask_exception(1, by=claim.actor, note=claim.exception, at=claim.requested_at),) if claim.exception else ()
        ),
        exchange=_exchange_of(claim.request),
    )
    progress = Progress(
        state="requested",
        waiting_for=WaitingFor.DECISION,
        since=claim.requested_at,
        next_step="The request is being checked against the rules.",
    )
    facts: dict[str, Any] = {"requested_at": claim.requested_at.isoformat(), "policy_version": case.policy_version}
    if claim.follows:
        facts["follows"] = claim.follows
    requested = TimelineEntry(
        at=claim.claimed_at,
        actor=claim.actor,
        event=f"{kind}.requested",
        summary=f"The {kind} was requested.",
        facts=facts,
    )
    claimed = NewCase(
        case,
        progress,
        requested,
        key=claim.idempotency_key,
        body_hash=claim.body_hash,
        customer_id=plain(gift.customer_id if gift else order.customer.customer_id),
        requested_at=claim.requested_at,
    )
    insert_case(connection, claimed)
    _tell_appealed(connection, claim, ref)
    return Claimed(outcome=ClaimOutcome.CLAIMED, ref=ref)


def _gift_of(claim: ReturnClaim, order: Order) -> GiftReturn | None:
    """Whose gift it is that comes back; a claim that follows another has it from there. Raises UnknownGift."""
    request = claim.request
    if request.gift is None:
        return claim.gift
    return name_gift(order, request.gift, (line.line_id for line in request.lines))


def _exchange_of(request: ReturnRequest) -> ExchangeFacts | None:
    if not is_exchange(request.lines):
        return None
    return ExchangeFacts(in_advance=request.in_advance, pay_with=request.pay_with)


def _tell_appealed(connection: Connection, claim: ReturnClaim, ref: CaseRef) -> None:
    """The return whose refusal is appealed says so on its timeline, closed as it is."""
    if claim.appeal is not None:
        appealed = CaseRef(merchant=claim.merchant, rma=claim.appeal.of)
        words = f"The refusal was appealed; see return {ref.rma}."
        told = TimelineEntry(
            at=claim.claimed_at,
            actor=claim.actor,
            event="return.appealed",
            summary=words,
            facts={"appeal": ref.rma},
        )
        add_to_timeline(connection, appealed, told)


def claim_adjustment(connection: Connection, claim: AdjustmentClaim, *, new_rma: Callable[[], str]) -> Claimed:
    """The request has its case; the same request again has the same one. See `SqlRecords.claim_adjustment`."""
    known = find_claim(connection, claim.merchant, claim.idempotency_key, claim.body_hash, kind=CaseKind.ADJUSTMENT)
    if known is not None:
        return known
    order = load_order(connection, claim.merchant, claim.order_id)
    ref = CaseRef(merchant=claim.merchant, rma=new_rma(), kind=CaseKind.ADJUSTMENT)
    case = Adjustment(
        ref=ref,
        order_id=order.order_id,
        currency=order.currency,
        policy_version=claim.policy_version,
        asked=claim.asked,
        opened_by=claim.actor,
        requested_at=claim.requested_at,
    )
    requested = TimelineEntry(
        at=claim.requested_at,
        actor=claim.actor,
        event="adjustment.requested",
        summary=f"Asked for ({claim.asked.kind}): {claim.asked.why}",
        facts={"policy_version": case.policy_version},
    )
    progress = derive_progress(case, load_policy(connection, claim.merchant, claim.policy_version).policy)
    claimed = NewCase(
        case,
        progress,
        requested,
        key=claim.idempotency_key,
        body_hash=claim.body_hash,
        customer_id=plain(order.customer.customer_id),
        requested_at=claim.requested_at,
    )
    insert_case(connection, claimed)
    return Claimed(outcome=ClaimOutcome.CLAIMED, ref=ref)


def file_claim(connection: Connection, filed: ClaimFiled, *, new_rma: Callable[[], str]) -> Claimed:
    """The customer's claim has its case; the same request again has the same one. See `ClaimDesk.file`."""
    known = find_claim(connection, filed.merchant, filed.idempotency_key, filed.body_hash, kind=CaseKind.CLAIM)
    if known is not None:
        return known
    order = load_order(connection, filed.merchant, filed.request.order_id)
    policy = load_policy(connection, filed.merchant)
    case = Claim(
        ref=CaseRef(merchant=filed.merchant, rma=new_rma(), kind=CaseKind.CLAIM),
        currency=order.currency,
        policy_version=policy.version,
        opened_by=filed.actor,
        requested_at=filed.requested_at,
        **dict(filed.request),
    )
    opened = TimelineEntry(
        at=filed.requested_at,
        actor=filed.actor,
        event="claim.filed",
        summary=f"Claimed: {case.problem.replace('_', ' ')}, with {len(case.evidence)} pieces of evidence.",
        facts={"policy_version": case.policy_version, "wish": str(case.wish)},
    )
    claimed = NewCase(
        case,
        derive_progress(case, policy.policy),
        opened,
        key=filed.idempotency_key,
        body_hash=filed.body_hash,
        customer_id=plain(order.customer.customer_id),
        requested_at=filed.requested_at,
    )
    insert_case(connection, claimed)
    return Claimed(outcome=ClaimOutcome.CLAIMED, ref=case.ref)


def find_claim(connection: Connection, merchant: str, key: str, body_hash: str, *, kind: CaseKind) -> Claimed | None:
    """The case that a request under this key got before; CONFLICT when that was another request."""
    query = select(cases.c.rma, cases.c.kind, cases.c.body_hash).where(
        cases.c.merchant == merchant, cases.c.idempotency_key == key
    )
    known = connection.execute(query).one_or_none()
    if known is None:
        return None
    same = (known.body_hash, known.kind) == (body_hash, str(kind))
    ref = CaseRef(merchant=merchant, rma=known.rma, kind=CaseKind(known.kind))
    return Claimed(outcome=ClaimOutcome.KNOWN if same else ClaimOutcome.CONFLICT, ref=ref)


def due_claims(connection: Connection, now: datetime, limit: int) -> list[DueClaim]:
    """Cases that were claimed and never started, oldest first."""
    query = (
        select(cases.c.merchant, cases.c.rma, cases.c.kind, cases.c.start_attempts)
        .where(cases.c.started_at.is_(None), cases.c.next_start_at <= now)
        .order_by(cases.c.next_start_at)
        .limit(limit)
    )
    return [
        DueClaim(ref=CaseRef(merchant=row.merchant, rma=row.rma, kind=CaseKind(row.kind)), attempts=row.start_attempts)
        for row in connection.execute(query)
    ]


def delay_start(connection: Connection, ref: CaseRef, *, until: datetime) -> None:
    """A start did not work; the next one is due at that time."""
    connection.execute(
        update(cases)
        .where(cases.c.merchant == ref.merchant, cases.c.rma == ref.rma)
        .values(start_attempts=cases.c.start_attempts + 1, next_start_at=until)
    )
