"""What a reimbursement is made of: units to pay for, explained amounts, what they credit, what was paid before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from domain.policies import Fault


class AmountKind(StrEnum):
    """What one line of a reimbursement is for."""

    GOODS = "goods"
    DISCOUNT = "discount"
    ROUNDING = "rounding"
    EARLIER_REFUND = "earlier_refund"
    TAX = "tax"
    SHIPPING = "shipping"
    SHIPPING_TAX = "shipping_tax"
    DUTIES = "duties"
    PROMOTION = "promotion"
    GOODWILL = "goodwill"
    FEE_GIVEN_BACK = "fee_given_back"
    RESTOCKING_FEE = "restocking_fee"
    RETURN_SHIPPING_FEE = "return_shipping_fee"
    CAP = "cap"


class ReimbursementPart(BaseModel):
    """Parts of a plan are values."""

    model_config = ConfigDict(frozen=True)


class ReimbursedUnits(ReimbursementPart):
    """Units to pay for, and whose fault their return is."""

    line_id: str
    quantity: Annotated[int, Field(ge=0)]
    fault: Fault = Fault.NONE


class AmountLine(ReimbursementPart):
    """One amount of a plan (negative when kept back) with the reason in words."""

    kind: AmountKind
    line_id: str | None = None
    quantity: int = 0
    amount_minor: int
    explanation: str


class CreditedTax(ReimbursementPart):
    """The part of a credit that is one of the taxes of its position."""

    rate: Decimal
    amount_minor: int


class Credit(ReimbursementPart):
    """What a plan pays back on one position of the order: a line (`line:1`), its duties (`duties:1`), or shipping.

    `worth_minor` is used up of what the position was worth, `kept_minor` of that is kept back (fees, a cap).
    """

    position: str
    quantity: int = 0
    excused: Annotated[int, Field(description="Of these units, those that the shop or the carrier answers for.")] = 0
    worth_minor: int = 0
    kept_minor: int = 0
    net_minor: int = 0
    taxes: tuple[CreditedTax, ...] = ()

    @property
    def credited_minor(self) -> int:
        """What reaches the customer: net and taxes together."""
        return self.worth_minor - self.kept_minor


class ReimbursementPlan(ReimbursementPart):
    """Everything owed, line by line; the lines sum to the total, and so do the credits with their net and taxes."""

    currency: str
    lines: tuple[AmountLine, ...]
    total_minor: int
    credits: tuple[Credit, ...] = ()
    withdrawn: Annotated[tuple[str, ...], Field(description="Promotions taken back from the goods that stay.")] = ()


class PaidBefore(ReimbursementPart):
    """What was already paid back on the same order, by return or by amount.

    `PaidBefore.of` makes it from the plans. By hand, units alone are enough where they were paid at their plain worth.
    """

    units: Annotated[dict[str, int], Field(description="By line id.")] = {}
    shipping_minor: int = 0
    total_minor: int = 0
    worth_minor: Annotated[dict[str, int], Field(description="Used up of each position.")] = {}
    kept_minor: Annotated[dict[str, int], Field(description="Of that, kept back: fees.")] = {}
    excused: Annotated[dict[str, int], Field(description="By line id, units that were not the customer's fault.")] = {}
    withdrawn: Annotated[tuple[str, ...], Field(description="Promotions taken back already.")] = ()
    frozen_minor: Annotated[int, Field(ge=0, description="Held by the payments, but under dispute.")] = 0

    @classmethod
    def of(cls, plans: Iterable[ReimbursementPlan]) -> Self:
        """What these plans paid for together, whatever their order."""
        plans = tuple(plans)
        credits = [credit for plan in plans for credit in plan.credits]
        on_lines = [(credit.position.removeprefix("line:"), credit) for credit in credits if _is_line(credit)]
        return cls(
            units=_sums((line_id, credit.quantity) for line_id, credit in on_lines),
            excused=_sums((line_id, credit.excused) for line_id, credit in on_lines),
            shipping_minor=sum(credit.credited_minor for credit in credits if credit.position.startswith("shipping:")),
            worth_minor=_sums((credit.position, credit.worth_minor) for credit in credits),
            kept_minor=_sums((credit.position, credit.kept_minor) for credit in credits),
            total_minor=sum(plan.total_minor for plan in plans),
            withdrawn=tuple(discount_id for plan in plans for discount_id in plan.withdrawn),
        )


class PlannedPayout(ReimbursementPart):
    """The part of a plan that goes to one payment."""

    payment_id: str
    amount_minor: int
    explanation: str = ""


def _is_line(credit: Credit) -> bool:
    return credit.position.startswith("line:")


def _sums(amounts: Iterable[tuple[str, int]]) -> dict[str, int]:
    sums: Counter[str] = Counter()
    for name, amount in amounts:
        sums[name] += amount
    return dict(sums)
