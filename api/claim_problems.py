"""Problems with claims and with the registrations that they rest on."""

from __future__ import annotations

from api.problem_kinds import kind

CLAIM_NOT_FOUND = kind(
    "claim-not-found",
    404,
    "Unknown claim",
    meaning="Your shop has no claim of that number.",
    remedy="Look the number up with `GET /v1/claims`.",
    example="No claim 6HN2-P8DW is known.",
)
CLAIM_CLOSED = kind(
    "claim-closed",
    409,
    "The claim is closed",
    meaning="Nothing can be changed on a closed claim; what you sent is kept and shown to a person.",
    remedy="Read the claim, which says how it ended, and file another one for other goods.",
    example="The claim 6HN2-P8DW is closed; the event is kept and shown to a person.",
)
CLAIM_REFUSED = kind(
    "claim-refused",
    422,
    "This cannot be claimed",
    meaning="The goods are not on the order, were never sold so often, or are in another case. Nothing was reserved.",
    remedy="Read `reasons`: each names the line, why, and what to do.",
    example="Line 9 is not on the order.",
)
EVIDENCE_NOT_USABLE = kind(
    "evidence-not-usable",
    422,
    "The evidence cannot be used",
    meaning="A piece of evidence is of a kind or size that nobody could look at. Nothing was kept.",
    remedy="Send photos (JPEG, PNG, WebP, HEIC), MP4 films or PDF files of up to 25 MB, by reference.",
    example="photo-1 is application/zip; send one of image/jpeg, image/png.",
)
WARRANTY_NOT_FOUND = kind(
    "warranty-not-found",
    404,
    "Nothing is registered so",
    meaning="No goods are registered under that serial number or order line.",
    remedy="Register them with `PUT /v1/warranties/{key}`.",
    example="Nothing is registered under SN-1.",
)
WARRANTY_REFUSED = kind(
    "warranty-refused",
    422,
    "These goods cannot be registered",
    meaning="The line is not on the order, the serial number was never sold on it, or the policy names no warranty.",
    remedy="Read `code` and the detail, which says what to do.",
    example="The policy names no warranty for line 1. Claim within the time for returns, or ask the shop.",
)
WARRANTY_TAKEN = kind(
    "warranty-taken",
    409,
    "Registered otherwise",
    meaning="Other goods or another customer are registered under this key; that registration stays.",
    remedy="Read it with `GET /v1/warranties/{key}`.",
    example="SN-1 is registered by c-77 since 2026-10-14.",
)

KINDS = (
    CLAIM_NOT_FOUND,
    CLAIM_CLOSED,
    CLAIM_REFUSED,
    EVIDENCE_NOT_USABLE,
    WARRANTY_NOT_FOUND,
    WARRANTY_REFUSED,
    WARRANTY_TAKEN,
)
