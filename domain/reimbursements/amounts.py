"""What a reimbursement is made of: units to pay for, explained amounts, what they credit, what was paid before."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from domain.policies import Fault, Fees


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
    REDUCTION = "reduction"
    NEW_GOODS = "new_goods"
    EXCHANGE_VALUE = "exchange_value"
    COLLECTED = "collected"
    FROM_HOLD = "from_hold"
    UNCOLLECTED = "uncollected"


class ReimbursementPart(BaseModel):
    """Parts of a plan are values, and an unknown field is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReimbursedUnits(ReimbursementPart):
    """Units to pay for, whose fault their return is, and the fees that the terms of their line name."""

    line_id: str
    quantity: Annotated[int, Field(ge=0)]
    fault: Fault = Fault.NONE
    fees: Fees = Fees()


class AmountLine(ReimbursementPart):
    """One amount of a plan (negative when kept back) with the reason in words."""

    kind: AmountKind
    line_id: str | None = None
    quantity: int = 0
    amount_minor: int
    explanation: str
    rule: Annotated[
        str, Field(description="The policy field that decided it; none where it only follows the order.")
    ] = ""


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
    exchanged_minor: Annotated[
        int, Field(description="Of the worth, what pays for other goods instead of leaving as money.")
    ] = 0
    by_amount: Annotated[
        bool, Field(description="Whether some of the worth was for no units: goodwill, a promotion.")
    ] = False
    net_minor: int = 0
    taxes: tuple[CreditedTax, ...] = ()

    @property
    def credited_minor(self) -> int:
        """What reaches the customer as money: net and taxes together."""
        return self.worth_minor - self.kept_minor - self.exchanged_minor


class ReimbursementPlan(ReimbursementPart):
    """Everything owed, line by line; the lines sum to the total, and so do the credits with their net and taxes."""

    currency: str
    lines: tuple[AmountLine, ...]
    total_minor: int
    credits: tuple[Credit, ...] = ()
    withdrawn: Annotated[tuple[str, ...], Field(description="Promotions taken back from the goods that stay.")] = ()


class PaidOn(ReimbursementPart):
    """What was paid back on one position: units, worth used up, fees kept of that.

    `shared_from_units` and `shared_from_minor` are units and worth as they were when an amount last changed what is
    left: from there on the units that were still out share the rest.
    """

    quantity: int = 0
    excused: int = 0
    worth_minor: int = 0
    kept_minor: int = 0
    shared_from_units: int = 0
    shared_from_minor: int = 0

    def after(self, credit: Credit) -> PaidOn:
        """The same when the credit was paid as well."""
        quantity, worth = self.quantity + credit.quantity, self.worth_minor + credit.worth_minor
        return PaidOn(
            quantity=quantity,
            excused=self.excused + credit.excused,
            worth_minor=worth,
            kept_minor=self.kept_minor + credit.kept_minor,
            shared_from_units=quantity if credit.by_amount else self.shared_from_units,
            shared_from_minor=worth if credit.by_amount else self.shared_from_minor,
        )


class PaidBefore(ReimbursementPart):
    """What was already paid back on the same order, by return or by amount.

    `PaidBefore.of` makes it from the plans. By hand, units alone are enough where they were paid at their plain worth.
    """

    units: Annotated[dict[str, int], Field(description="By line id.")] = {}
    shipping_minor: int = 0
    total_minor: int = 0
    positions: Annotated[
        dict[str, PaidOn], Field(description="By position; made from plans, it outdoes the units.")
    ] = {}
    withdrawn: Annotated[tuple[str, ...], Field(description="Promotions taken back already.")] = ()
    frozen_minor: Annotated[int, Field(ge=0, description="Held by the payments, but under dispute.")] = 0

    @classmethod
    def of(cls, plans: Iterable[ReimbursementPlan], *, frozen_minor: int = 0) -> Self:
        """What these plans paid for together; in the order they were made, which decides only about odd minor units."""
        plans = tuple(plans)
        positions: dict[str, PaidOn] = {}
        for credit in (credit for plan in plans for credit in plan.credits):
            positions[credit.position] = positions.get(credit.position, PaidOn()).after(credit)
        return cls(
            units={key.removeprefix("line:"): paid.quantity for key, paid in positions.items() if _is_line(key)},
            shipping_minor=sum(paid.worth_minor for key, paid in positions.items() if key.startswith("shipping:")),
            total_minor=sum(plan.total_minor for plan in plans),
            positions=positions,
            withdrawn=tuple(discount_id for plan in plans for discount_id in plan.withdrawn),
            frozen_minor=frozen_minor,
        )

    def followed_by(self, plan: ReimbursementPlan) -> PaidBefore:
        """The same when that plan was paid as well."""
        if not plan.credits and not plan.total_minor:
            return self
        positions = dict(self.positions)
        for credit in plan.credits:
            positions[credit.position] = positions.get(credit.position, PaidOn()).after(credit)
        return self.model_copy(
            update={
                "positions": positions,
                "total_minor": self.total_minor + plan.total_minor,
                "withdrawn": (*self.withdrawn, *plan.withdrawn),
            }
        )


class PlannedPayout(ReimbursementPart):
    """The part of a plan that goes to one payment."""

    payment_id: str
    amount_minor: int
    explanation: str = ""


def _is_line(position: str) -> bool:
    return position.startswith("line:")
