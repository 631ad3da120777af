"""Who may decide what up to how much, as a policy writes it: rows of role, action, amount and currency."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from domain.calendar import Span
from domain.cases import Role
from domain.policies.parts import AmountByCurrency, PolicyPart, Slug

MOST_ROWS = 200
# The roles that a row may speak of; `system` is the rules themselves. Machines and customers have no authority.
ACTING = (Role.SYSTEM, Role.AGENT, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN)
APPROVING = (Role.AGENT, Role.SUPERVISOR, Role.FINANCE, Role.ADMIN)


class Action(StrEnum):
    """What somebody needs authority for."""

    REVIEW = "review"
    REFUND = "refund"
    PARTIAL_REFUND = "partial_refund"
    RETURNLESS_REFUND = "returnless_refund"
    EXCHANGE_OVERRIDE = "exchange_override"
    POLICY_EXCEPTION = "policy_exception"
    FEE_WAIVER = "fee_waiver"
    GOODWILL = "goodwill"
    LATE_CANCELLATION = "late_cancellation"


# What pays money; an exception of a request is paid with its refund.
PAYING = (Action.REFUND, Action.PARTIAL_REFUND, Action.RETURNLESS_REFUND, Action.GOODWILL)


class May(StrEnum):
    """What a row of the matrix allows: to do it alone, or to approve what somebody else asks for."""

    ACT = "act"
    APPROVE = "approve"


class AuthorityRow(PolicyPart):
    """One row of the matrix: what a role may, up to which amount; no amounts: up to any."""

    rule: Slug
    role: Role
    may: May
    actions: Annotated[tuple[Action, ...], Field(description="None: every action.")] = ()
    up_to: Annotated[
        AmountByCurrency | None, Field(description="Not given: any amount. A currency that is not named: nothing.")
    ] = None

    @model_validator(mode="after")
    def _is_for_people(self) -> Self:
        able = ACTING if self.may is May.ACT else APPROVING
        if self.role not in able:
            raise ValueError(f"role: {self.role} may not {self.may}; one of {', '.join(able)} may")
        return self


class SplitRules(PolicyPart):
    """How far back refunds that nobody approved are added up, so that none is cut into small ones; null: not at all."""

    order: Annotated[Span | None, Field(description="Refunds of the same order.")] = Span.of("30 days")
    customer: Annotated[Span | None, Field(description="Refunds of the same customer.")] = Span.of("1 day")
    actor: Annotated[Span | None, Field(description="Refunds that the same person asked for.")] = Span.of("1 hour")


class ApprovalRules(PolicyPart):
    """What the rules may decide alone, who approves the rest, and when it takes two.

    `refund_above` is the short form of a row `{role: system, may: act, actions: [refund], up_to: ...}`: a currency
    that is not named always needs a person. See docs/authority.md.
    """

    refund_above: AmountByCurrency = AmountByCurrency()
    two_above: Annotated[
        AmountByCurrency, Field(description="Above it two different people approve; a currency not named: one does.")
    ] = AmountByCurrency()
    matrix: Annotated[tuple[AuthorityRow, ...], Field(max_length=MOST_ROWS)] = ()
    splits: SplitRules = SplitRules()

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        names = [row.rule for row in self.matrix]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"matrix: two rows are called {', '.join(repeated)}")
        return self


class AuthorityNeed(PolicyPart):
    """What must be approved, kept with the case: `roles` may, the first is asked first; `approvals` people must."""

    action: Action
    amount_minor: int
    currency: str
    roles: tuple[Role, ...]
    approvals: Annotated[int, Field(ge=1, le=2)] = 1


class SplitScope(StrEnum):
    """What refunds may have in common, so that they are added up."""

    ORDER = "order"
    CUSTOMER = "customer"
    ACTOR = "actor"


class SpentBefore(PolicyPart):
    """What other cases with something in common were granted in the window without anybody's approval."""

    scope: SplitScope
    amount_minor: int
    currency: str
    cases: int
