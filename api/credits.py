"""Credit at the shop: what an account holds and how that came, and spending it in a purchase."""

from __future__ import annotations

from typing import Annotated, Self

from fastapi import APIRouter, Body, Path, Response
from pydantic import BaseModel, ConfigDict, Field, field_validator

from api import credit_problems, examples_credit, problems
from api.dependencies import Parts, Services, needs
from api.errors import ApiProblem
from api.etags import answer
from api.idempotency import IdempotencyKey
from api.keys import Caller
from api.permissions import Permission
from api.reference import problem_responses
from domain.credits import LONGEST_REFERENCE, AccountKind, CreditAccount, CreditLot, CreditMovement
from domain.money import Money, currency_exponent
from domain.orders import LARGEST_AMOUNT, VISIBLE, Identifier
from records.credit_models import CreditBalance, CreditSpend, SpendOutcome

router = APIRouter(prefix="/v1", tags=["Credit"])

Reference = Annotated[str, Field(min_length=1, max_length=LONGEST_REFERENCE, pattern=VISIBLE)]


class CreditAnswer(BaseModel):
    """Parts of an answer are values."""

    model_config = ConfigDict(frozen=True)


class BalanceView(CreditAnswer):
    """What an account holds in one currency, in minor units."""

    currency: str
    available_minor: int = Field(description="What can be spent now.")
    issued_minor: int = Field(description="Everything that was ever put on it, bonuses included.")
    spent_minor: int
    expired_minor: int
    lots: tuple[CreditLot, ...] = Field(description="What can be spent by when; what expires first is spent first.")

    @classmethod
    def of(cls, balance: CreditBalance) -> Self:
        """The balance as it is shown."""
        return cls(**balance.model_dump(), available_minor=balance.available_minor)


class AccountView(CreditAnswer):
    """An account with its balances and every movement, newest first."""

    kind: AccountKind
    reference: str
    balances: list[BalanceView]
    movements: list[CreditMovement]


class SpendAsked(BaseModel):
    """A purchase that is paid from an account."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: AccountKind = AccountKind.STORE_CREDIT
    reference: Reference = Field(description="Of store credit the customer's id, of a gift card its number.")
    amount_minor: int = Field(gt=0, le=LARGEST_AMOUNT, description="In minor units of the currency.")
    currency: str
    order_id: Identifier | None = Field(default=None, description="The order that it pays for, if it has an id yet.")
    note: Annotated[str, Field(max_length=200, pattern=VISIBLE)] = ""

    @field_validator("currency")
    @classmethod
    def _is_known(cls, code: str) -> str:
        currency_exponent(code)
        return code


class SpendDone(CreditAnswer):
    """What was taken, and what is left now."""

    kind: AccountKind
    reference: str
    amount_minor: int
    currency: str
    outcome: SpendOutcome = Field(description="spent now, or known: the same key had taken it before.")
    left_minor: int


@router.get(
    "/credit_accounts/{kind}/{reference:path}",
    operation_id="get_credit_account",
    summary="What an account holds",
    response_model=AccountView,
    responses={
        200: {"content": {"application/json": {"example": examples_credit.ACCOUNT}}},
        **problem_responses(),
    },
)
def get_credit_account(
    caller: Annotated[Caller, needs(Permission.READ_CREDIT)],
    kind: AccountKind,
    reference: Annotated[Reference, Path(description="The customer's id, or the gift card's number.")],
    parts: Parts,
) -> Response:
    """Balances by currency, what expires when, and every movement. An account that nothing was put on has no balances."""
    account = CreditAccount(kind=kind, reference=reference)
    reads = parts.records.reads.money
    view = AccountView(
        kind=kind,
        reference=reference,
        balances=[BalanceView.of(each) for each in _balances(parts, caller, account)],
        movements=reads.credit_movements(caller.merchant, account)[::-1],
    )
    return answer(view)


@router.post(
    "/credit_spends",
    operation_id="spend_credit",
    summary="Pay a purchase from an account",
    status_code=201,
    response_model=SpendDone,
    responses={
        200: {"description": "It had been taken before, for the same key.", "model": SpendDone},
        201: {
            "description": "It is taken.",
            "content": {"application/json": {"example": examples_credit.SPEND_DONE}},
        },
        **problem_responses(
            credit_problems.CREDIT_TOO_LOW, problems.IDEMPOTENCY_KEY_MISSING, problems.IDEMPOTENCY_KEY_REUSED
        ),
    },
)
def spend_credit(
    caller: Annotated[Caller, needs(Permission.SPEND_CREDIT)],
    asked: Annotated[SpendAsked, Body(openapi_examples=examples_credit.SPENDS)],
    idempotency_key: IdempotencyKey,
    parts: Parts,
) -> Response:
    """All of the amount is taken, or nothing. The same request with the same `Idempotency-Key` takes it once."""
    account = CreditAccount(kind=asked.kind, reference=asked.reference)
    amount = Money(minor=asked.amount_minor, currency=asked.currency)
    spend = CreditSpend(
        merchant=caller.merchant,
        account=account,
        key=idempotency_key,
        amount=amount,
        actor=caller.actor,
        at=parts.clock.now(),
        order_id=asked.order_id or "",
        note=asked.note,
    )
    receipt = parts.records.spend_credit(spend)
    if receipt.outcome is SpendOutcome.KEY_REUSED:
        detail = f"The key {idempotency_key} was used before for another spend; a new one needs a new key."
        raise ApiProblem(problems.IDEMPOTENCY_KEY_REUSED, detail)
    if receipt.outcome is SpendOutcome.TOO_LITTLE:
        raise _too_low(parts, caller, account, asked=amount, left_minor=receipt.left_minor)
    shown = asked.model_dump(include={"kind", "reference", "amount_minor", "currency"})
    done = SpendDone(**shown, outcome=receipt.outcome, left_minor=receipt.left_minor)
    return answer(done, status=201 if receipt.outcome is SpendOutcome.SPENT else 200)


def _balances(parts: Services, caller: Caller, account: CreditAccount) -> list[CreditBalance]:
    return parts.records.reads.money.credit_balances(caller.merchant, account, now=parts.clock.now())


def _too_low(parts: Services, caller: Caller, account: CreditAccount, *, asked: Money, left_minor: int) -> ApiProblem:
    left = Money(minor=left_minor, currency=asked.currency)
    others = [
        str(Money(minor=each.available_minor, currency=each.currency))
        for each in _balances(parts, caller, account)
        if each.currency != asked.currency and each.available_minor
    ]
    beside = f" In other currencies it holds {' and '.join(others)}." if others else ""
    way_out = f"Take {left} or less, and the rest another way." if left else "Take the whole amount another way."
    detail = f"The account holds {left}, which is less than {asked}.{beside} {way_out}"
    return ApiProblem(
        credit_problems.CREDIT_TOO_LOW, detail, members={"left_minor": left_minor, "currency": asked.currency}
    )
