"""Problems with approvals and delegations."""

from __future__ import annotations

from api.problem_kinds import kind

APPROVAL_NOT_FOUND = kind(
    "approval-not-found",
    404,
    "Unknown approval",
    meaning="Your shop has no approval of that id.",
    remedy="Take the id from `GET /v1/approvals`: the number of the return, a dot, and what of it.",
    example="No approval 7K3F-Q9X4.refund is known.",
)
DELEGATION_NOT_FOUND = kind(
    "delegation-not-found",
    404,
    "Unknown delegation",
    meaning="Your shop has no delegation of that id.",
    remedy="Take the id from `GET /v1/delegations`.",
    example="No delegation del_01J9 is known.",
)
APPROVAL_TAKEN = kind(
    "approval-taken",
    409,
    "The approval is not free",
    meaning="Somebody else has taken the approval on, or it is decided.",
    remedy="Ask whoever the detail names, or release it first; decided approvals stay as they are.",
    example="sue has taken 7K3F-Q9X4.refund on since 2026-10-16 10:02 UTC.",
)
NOTHING_TO_EXCEPT = kind(
    "nothing-to-except",
    409,
    "The rules did not refuse this",
    meaning="An exception can only be asked for a return that the policy's rules refused.",
    remedy="For other fees on an open return use `fees_requested`; what is impossible whatever the rules say stays refused.",
    example="Return 7K3F-Q9X4 is authorized: no rule stands against it.",
)
NOT_YOURS_TO_LEND = kind(
    "not-yours-to-lend",
    403,
    "Only your own authority can be lent",
    meaning="A delegation is made and ended by the one whose authority it is; an administrator may end any.",
    remedy="Ask the person whose authority it is, or an administrator.",
    example="The delegation del_01J9 is sue's; she or an administrator ends it.",
)
KINDS = (APPROVAL_NOT_FOUND, DELEGATION_NOT_FOUND, APPROVAL_TAKEN, NOTHING_TO_EXCEPT, NOT_YOURS_TO_LEND)
