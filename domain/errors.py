"""The error tree.

    AftercartError
    ├── PortError                what the outside answered; three kinds, since there are three reactions
    │   ├── Rejected             it said no: never retry, tell someone
    │   ├── Unavailable          it is down or busy: retry, not before `retry_after`
    │   └── OutcomeUnknown       it may have happened: ask by key before trying again
    ├── LedgerContradiction      the ledger knows it otherwise: stop and let a person look
    └── NotOnRecord              our own records hold no such thing
        ├── UnknownCase
        ├── UnknownPaymentIssue
        ├── UnknownReplacementShipment
        ├── UnknownAdjustment
        ├── UnknownClaim
        ├── UnknownWarranty
        ├── UnknownCreditNote
        ├── UnknownOrder
        ├── UnknownGift
        ├── UnknownPolicy
        └── UnknownProduct

A refusal by a rule is a result, never an error.
"""

from __future__ import annotations

from datetime import timedelta


class AftercartError(Exception):
    """Every error that Aftercart raises on purpose."""


class PortError(AftercartError):
    """An outside party did not do what was asked."""


class Rejected(PortError):
    """The outside party understood and refused; the same request will be refused again."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code


class Unavailable(PortError):
    """The outside party surely did nothing; the same request may pass later."""

    def __init__(self, message: str, *, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeUnknown(PortError):
    """The request may have been carried out: look it up by its key before sending it again."""


class LedgerContradiction(AftercartError):
    """The ledger knows a payout with another amount, payment or provider refund, or its payment cannot hold it."""


class NotOnRecord(AftercartError):
    """Our records hold nothing under that name."""


class UnknownCase(NotOnRecord):
    """No case of this merchant has that RMA."""


class UnknownPaymentIssue(NotOnRecord):
    """No payment issue of this merchant has that number."""


class UnknownReplacementShipment(NotOnRecord):
    """No replacement shipment of this merchant has that number."""


class UnknownAdjustment(NotOnRecord):
    """No adjustment of this merchant has that number."""


class UnknownClaim(NotOnRecord):
    """No claim of this merchant has that number."""


class UnknownWarranty(NotOnRecord):
    """Nothing is registered under that key with this merchant."""


class UnknownCreditNote(NotOnRecord):
    """No credit note of this merchant has that number."""


class UnknownOrder(NotOnRecord):
    """No order of this merchant has that id."""


class UnknownGift(NotOnRecord):
    """No gift of this merchant fits what was told; nothing says whether order, proof or lines were wrong."""


class UnknownPolicy(NotOnRecord):
    """This merchant has no policy of that version."""


class UnknownPolicyVersion(NotOnRecord):
    """The merchant has no policy of that version."""


class UnknownProduct(NotOnRecord):
    """No product of this merchant has that id, or a variant of that SKU."""
