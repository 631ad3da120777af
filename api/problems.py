"""Every kind of problem that the API answers with: the catalogue behind the `type` of each problem document."""

from __future__ import annotations

from api import problem_pages
from api.problem_kinds import ProblemKind
from api.problem_kinds import kind as _kind

WEBHOOK_REFUSED = _kind(
    "webhook-refused",
    400,
    "The event is not taken",
    meaning="The signature does not prove the sender, or the body is not an event as the provider sends it.",
    remedy="Compare AFTERCART_STRIPE__WEBHOOK_SECRET or AFTERCART_EASYPOST__WEBHOOK_SECRET with the secret there; `code` says which it was.",
    example="the signature is not that of this body, or it is too old.",
)
UNAUTHENTICATED = _kind(
    "unauthenticated",
    401,
    "A valid API key is needed",
    meaning="The request names no API key, or one that is unknown or revoked.",
    remedy="Send the header `Authorization: Bearer ak_...` with a key of your shop.",
    example="Send the header Authorization: Bearer ak_... with a key of your shop.",
)
FORBIDDEN = _kind(
    "forbidden",
    403,
    "The API key has no authority for this",
    meaning="The key is valid, but its role may not do this.",
    remedy="Use a key of one of the roles that the problem names, or ask somebody who has one.",
    example="The role warehouse may not do this; it needs one of: admin, supervisor.",
)
NOT_FOUND = _kind(
    "not-found",
    404,
    "There is nothing at this address",
    meaning="The address is not one of the API.",
    remedy="Compare the address with the list at /docs.",
    example="There is nothing at this address; /docs lists all there is.",
)
ORDER_NOT_FOUND = _kind(
    "order-not-found",
    404,
    "Unknown order",
    meaning="Your shop has told us no order of that id.",
    remedy="Check the order id; if it is right, send the order with `PUT /v1/orders/{order_id}` first.",
    example="No order 1042 is known; send it with PUT /v1/orders/1042 first.",
)
RETURN_NOT_FOUND = _kind(
    "return-not-found",
    404,
    "Unknown return",
    meaning="Your shop has no return of that RMA number.",
    remedy="Check the RMA number on the paper or with `GET /v1/returns?q=...`.",
    example="No return 7K3F-Q9X4 is known.",
)
PAYMENT_ISSUE_NOT_FOUND = _kind(
    "payment-issue-not-found",
    404,
    "Unknown payment issue",
    meaning="Your shop has no payment issue of that number.",
    remedy="Look the number up with `GET /v1/payment_issues`.",
    example="No payment issue 9WQ4-T6MX is known.",
)
REPLACEMENT_SHIPMENT_NOT_FOUND = _kind(
    "replacement-shipment-not-found",
    404,
    "Unknown replacement shipment",
    meaning="Your shop has no replacement shipment of that number.",
    remedy="Look the number up with `GET /v1/replacement_shipments`.",
    example="No replacement shipment 9WQ4-T6MX is known.",
)
PAYMENT_EVENT_NOT_PARKED = _kind(
    "payment-event-not-parked",
    404,
    "No such parked payment event",
    meaning="Your shop has no parked event of a payment provider under that id.",
    remedy="Look it up with `GET /v1/payment_events?outcome=parked`.",
    example="No parked payment event evt_1Q2w3E is known.",
)
EVENT_WITHOUT_RETURN = _kind(
    "event-without-return",
    404,
    "Unknown return; the event is kept",
    meaning="The event is valid and kept, but your shop has no return of that RMA number.",
    remedy="Check the RMA number and send the event to the right one; a person looks at what fits no return.",
    example="No return 7K3F-Q9X4 is known. The event is kept as evt_01J9 and shown to a person.",
)
METHOD_NOT_ALLOWED = _kind(
    "method-not-allowed",
    405,
    "The address does not take this method",
    meaning="The address exists, but not with this HTTP method.",
    remedy="Use a method of the `Allow` header, or look the address up at /docs.",
    example="This address takes GET.",
)
EVENT_REFUSED = _kind(
    "event-refused",
    409,
    "The moment is wrong for this",
    meaning="The return is not in a state in which this can be done, or you are not the one who may do it.",
    remedy="Read `code`, `detail` and `next_step`, which say what the return waits for instead.",
    example="Nothing waits for an approval: Jo approved the refund already.",
)
RETURN_CLOSED = _kind(
    "return-closed",
    409,
    "The return is closed",
    meaning="Nothing can be changed on a closed return; what you sent is kept and shown to a person.",
    remedy="Open a new return for units that are still free, or ask support.",
    example="The return 7K3F-Q9X4 is closed; the event is kept as evt_01J9.",
)
PAYMENT_ISSUE_CLOSED = _kind(
    "payment-issue-closed",
    409,
    "The payment issue is closed",
    meaning="Nothing can be changed on a closed payment issue; what you sent is kept and shown to a person.",
    remedy="Read the issue, which says how it ended.",
    example="The payment issue 9WQ4-T6MX is closed; the event is kept and shown to a person.",
)
REPLACEMENT_SHIPMENT_CLOSED = _kind(
    "replacement-shipment-closed",
    409,
    "The replacement shipment is closed",
    meaning="Nothing can be changed on a closed replacement shipment; what you sent is kept and shown to a person.",
    remedy="Read the shipment, which says how it ended.",
    example="The replacement shipment 9WQ4-T6MX is closed; the event is kept and shown to a person.",
)
POLICY_MISSING = _kind(
    "policy-missing",
    409,
    "Your shop has no return policy yet",
    meaning="No request can be judged, since no policy is on record for the shop.",
    remedy="Ask the operator to store a policy.",
    example="No policy is on record for the shop.",
)
ORDER_IN_USE = _kind(
    "order-in-use",
    409,
    "Cases rely on what the change would take away",
    meaning="The order was not changed: units are in cases, or money has moved, that the new order would no longer hold.",
    remedy="Send the order with at least the units and payments that `detail` names; `code` says which rule it was.",
    example="2 of line 1 are in returns.",
)
PAYLOAD_UNREADABLE = _kind(
    "payload-unreadable",
    409,
    "The payload cannot be decrypted",
    meaning="It was encrypted with a key that this installation does not have.",
    remedy="Put the key that `detail` names back into AFTERCART_ENCRYPTION__KEYS.",
    example="The key 2025-01 is not known here.",
)
PRECONDITION_FAILED = _kind(
    "precondition-failed",
    412,
    "It has changed since you read it",
    meaning="The `If-Match` header names another version than the present one, so nothing was done.",
    remedy="Read it again, look at what changed, and send the request with the new `ETag`.",
    example='The present version is "4"; read it again before you change it.',
)
TOO_LARGE = _kind(
    "too-large",
    413,
    "The request is too large",
    meaning="The body has more bytes than the API takes.",
    remedy="Send less at once.",
    example="The body is larger than 4194304 bytes.",
)
INVALID_REQUEST = _kind(
    "invalid-request",
    422,
    "The request is malformed",
    meaning="The body, the address or a header is not of the documented form. Nothing was done.",
    remedy="Correct each field that `errors` names.",
    example="lines.0.quantity: Input should be greater than 0",
)
MALFORMED_RMA = _kind(
    "malformed-rma",
    422,
    "This is not an RMA number",
    meaning="The text in the address cannot be an RMA number, whatever is on record.",
    remedy="Read it again from the paper: `detail` says what is wrong with it. Case, spaces and hyphen do not matter.",
    example="the check character does not fit: a character was misread or two were swapped",
)
IDEMPOTENCY_KEY_MISSING = _kind(
    "idempotency-key-missing",
    422,
    "An Idempotency-Key is needed",
    meaning="Opening a return needs a key of yours, so that the same request sent twice is one return.",
    remedy="Send the header `Idempotency-Key` with a value that you use for this request alone, such as a UUID.",
    example="Send the header Idempotency-Key with a value of 1 to 200 characters.",
)
IDEMPOTENCY_KEY_REUSED = _kind(
    "idempotency-key-reused",
    422,
    "The Idempotency-Key belongs to another request",
    meaning="The key was used before with another body or for another address. Nothing was done.",
    remedy="Use a new key for a new request; send the old body to get the old answer.",
    example="The key 5b1c was used before with another body.",
)
EVENT_ID_REUSED = _kind(
    "event-id-reused",
    422,
    "The event id belongs to another event",
    meaning="The id was used before for an event of another kind, return, sender or content. Nothing was done.",
    remedy="Use a new id for a new event.",
    example="The id dock-3:000451 was used before for another event; a new event needs a new id.",
)
RETURN_REFUSED = _kind(
    "return-refused",
    422,
    "The return is refused",
    meaning="The request was understood, judged by the shop's policy and refused; the refusal is on record as a case.",
    remedy="Read `reasons`: each says which rule refused which line, and what the customer can do.",
    example="The 30-day return window of line 1 ended at 2026-10-01 00:00 UTC.",
)
TOO_MANY_REQUESTS = _kind(
    "too-many-requests",
    429,
    "Too many requests",
    meaning="The API key was used more often than is allowed.",
    remedy="Wait as many seconds as the `Retry-After` header says.",
    example="This key may make 6000 requests per 1 minute; go on in 3 seconds.",
)
INTERNAL_ERROR = _kind(
    "internal-error",
    500,
    "Something is wrong on our side",
    meaning="The program met something that it was not made for.",
    remedy="Tell the operator the `request_id`; the same request with the same key may be sent again.",
    example="Tell the operator the request id req_01J9.",
)
OUTCOME_PENDING = _kind(
    "outcome-pending",
    503,
    "It is on record; the answer is not there yet",
    meaning="What you sent is kept and will be done, but nobody could say in time what came of it.",
    remedy="Send the same request with the same key again after `Retry-After` seconds, or read the return.",
    example="The return 7K3F-Q9X4 is on record and not decided yet; ask again with the same Idempotency-Key.",
)
UNAVAILABLE = _kind(
    "unavailable",
    503,
    "Not available for the moment",
    meaning="A part that is needed does not answer. Nothing was done.",
    remedy="Send the same request again after `Retry-After` seconds.",
    example="The database does not answer; send the same request again in a few seconds.",
)
NOT_READY = _kind(
    "not-ready",
    503,
    "Not ready",
    meaning="A part without which no return moves is missing.",
    remedy="`checks` says which part and why.",
    example="The database needs a migration.",
)

PROBLEMS: dict[str, ProblemKind] = {
    kind.slug: kind
    for kind in (
        WEBHOOK_REFUSED,
        UNAUTHENTICATED,
        FORBIDDEN,
        NOT_FOUND,
        ORDER_NOT_FOUND,
        RETURN_NOT_FOUND,
        PAYMENT_ISSUE_NOT_FOUND,
        REPLACEMENT_SHIPMENT_NOT_FOUND,
        PAYMENT_EVENT_NOT_PARKED,
        EVENT_WITHOUT_RETURN,
        METHOD_NOT_ALLOWED,
        EVENT_REFUSED,
        RETURN_CLOSED,
        PAYMENT_ISSUE_CLOSED,
        REPLACEMENT_SHIPMENT_CLOSED,
        POLICY_MISSING,
        ORDER_IN_USE,
        PAYLOAD_UNREADABLE,
        PRECONDITION_FAILED,
        TOO_LARGE,
        INVALID_REQUEST,
        MALFORMED_RMA,
        IDEMPOTENCY_KEY_MISSING,
        IDEMPOTENCY_KEY_REUSED,
        EVENT_ID_REUSED,
        RETURN_REFUSED,
        TOO_MANY_REQUESTS,
        INTERNAL_ERROR,
        OUTCOME_PENDING,
        UNAVAILABLE,
        NOT_READY,
        *problem_pages.KINDS,
    )
}
