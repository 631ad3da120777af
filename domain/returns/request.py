"""What a storefront or an agent asks for, as it came in."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, field_validator

from domain.exchanges.facts import WantedGoods
from domain.gifts import GiftProof
from domain.orders import VISIBLE, Identifier, Quantity
from domain.policies import Method, ReturnMethod


class ReturnPart(BaseModel):
    """Parts of a return are values, and an unknown field is a mistake of the sender."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReturnLine(ReturnPart):
    """Units of one order line that come back, and the customer's why."""

    line_id: Identifier
    quantity: Quantity
    reason: Annotated[str, Field(max_length=40, description="A reason code of the policy.")]
    comment: Annotated[str, Field(max_length=2000)] = ""
    evidence: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=200, pattern=VISIBLE)], ...],
        Field(max_length=20, description="Where photos and the like are kept: addresses or ids of yours."),
    ] = ()
    resolution: Annotated[
        Method | None,
        Field(
            description="How the customer wants to be reimbursed, of the methods that a quote offers; left out: "
            "the original payment where it is offered, else store credit."
        ),
    ] = None
    wanted: Annotated[
        tuple[WantedGoods, ...],
        Field(max_length=20, description="With the resolution exchange: the goods that are given for this line."),
    ] = ()
    difference_as: Annotated[
        Method | None,
        Field(
            description="How the shop pays what it owes on an exchanged line, original_payment or store_credit; left out: "
            "as a refund would be."
        ),
    ] = None
    # Left out where it is not chosen, so that a request without it keeps the hash that it had before there was a choice.
    return_method: Annotated[
        ReturnMethod | None,
        Field(
            description="How it travels back, if not as the whole request; of the methods that a quote offers.",
            exclude_if=lambda chosen: chosen is None,
        ),
    ] = None

    @field_validator("difference_as")
    @classmethod
    def _is_money(cls, method: Method | None) -> Method | None:
        if method not in (None, Method.ORIGINAL_PAYMENT, Method.STORE_CREDIT):
            raise ValueError(f"a difference is paid as original_payment or store_credit, not as {method}")
        return method


class ReturnRequest(ReturnPart):
    """What a storefront or an agent asks for."""

    order_id: Identifier
    lines: Annotated[tuple[ReturnLine, ...], Field(min_length=1, max_length=500)]
    in_advance: Annotated[
        bool, Field(description="New goods of an exchange leave before the old ones are back, against a hold.")
    ] = False
    pay_with: Annotated[
        str,
        Field(
            max_length=64,
            pattern=VISIBLE,
            description="The customer's instrument that is charged or held for an exchange; left out: the customer confirms.",
        ),
    ] = ""
    return_method: Annotated[
        ReturnMethod | None,
        Field(
            description="How the goods travel back, of the methods that a quote offers; left out: the first one.",
            exclude_if=lambda chosen: chosen is None,
        ),
    ] = None
    gift: Annotated[
        GiftProof | None,
        Field(description="Asked by who got it as a gift.", exclude_if=lambda proof: proof is None),
    ] = None

    @property
    def chosen_lines(self) -> tuple[ReturnLine, ...]:
        """The lines, each with the return method that was chosen for it or for all."""
        if self.return_method is None:
            return self.lines
        return tuple(
            line if line.return_method else line.model_copy(update={"return_method": self.return_method})
            for line in self.lines
        )
