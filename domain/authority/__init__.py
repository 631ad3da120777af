"""Who may decide what up to how much; four eyes; small refunds that are one large one. See docs/authority.md."""

from domain.authority.approvers import (
    APPROVERS,
    RESOLVERS,
    Standing,
    Voice,
    find_approver_fault,
    find_resolver_fault,
    find_standing,
    find_taken_fault,
)
from domain.authority.delegations import Delegation
from domain.authority.matrix import (
    BY_DEFAULT,
    Authority,
    Deed,
    decide_authority,
    find_approval_reasons,
    need_for,
    need_to_confirm,
    role_asked,
    rows_of,
)

__all__ = [
    "APPROVERS",
    "BY_DEFAULT",
    "RESOLVERS",
    "Authority",
    "Deed",
    "Delegation",
    "Standing",
    "Voice",
    "decide_authority",
    "find_approval_reasons",
    "find_approver_fault",
    "find_resolver_fault",
    "find_standing",
    "find_taken_fault",
    "need_for",
    "need_to_confirm",
    "role_asked",
    "rows_of",
]
