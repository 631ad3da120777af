"""Problems with policies and their versions."""

from __future__ import annotations

from api.problem_kinds import kind

POLICY_VERSION_NOT_FOUND = kind(
    "policy-version-not-found",
    404,
    "Unknown policy version",
    meaning="Your shop has no policy of that version.",
    remedy="Look it up with `GET /v1/policies`.",
    example="Your shop has no policy of that version.",
)
POLICY_NOT_ACTIVATED = kind(
    "policy-not-activated",
    409,
    "The version cannot be put in force so",
    meaning="It is in force already or was, the moment has passed, or whoever staged it may not put it in force.",
    remedy="Do what `detail` says; `code` says which it was: already_active, in_the_past or four_eyes.",
    example="sue staged version 3; somebody else must put it in force.",
)
POLICY_INVALID = kind(
    "policy-invalid",
    422,
    "The policy cannot be used",
    meaning="The document has mistakes that make it unusable. Nothing is kept.",
    remedy="Mend each finding of severity `error`: it has line, path, reason and what was probably meant.",
    example="windows[0].then.dayz: there is no field dayz here. Did you mean days?",
)

KINDS = (POLICY_VERSION_NOT_FOUND, POLICY_NOT_ACTIVATED, POLICY_INVALID)
