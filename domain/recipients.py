"""The recipient of a gift: named at the door by what they show, and kept from the buyer's eyes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.adjustments.case import Adjustment, Correction
from domain.case_documents import CaseDocument
from domain.cases import CaseRef
from domain.credits import recipient_account
from domain.errors import UnknownGift
from domain.gifts import GiftProof, GiftReturn, Recipient, find_gift
from domain.orders import Order
from domain.payment_issues.case import PaymentIssue
from domain.replacement_shipments.case import ReplacementShipment
from domain.returns.case import ReturnCase


def name_gift(order: Order, proof: GiftProof, line_ids: Iterable[str]) -> GiftReturn:
    """Whose gift the lines are and where its worth goes. Raises UnknownGift, which says nothing of what was wrong."""
    gift = find_gift(order.gifts, proof, line_ids)
    if gift is None:
        raise UnknownGift(order.order_id)
    account, known = str(recipient_account(order, gift)), gift.recipient.customer_id
    return GiftReturn(gift_id=gift.gift_id, account=account, customer_id=known, ship_to=proof.ship_to)


def serves(case: CaseDocument) -> str:
    """The number of the case on whose account this one is there; nothing for one that stands alone."""
    match case:
        case ReplacementShipment():
            return case.for_case.rma
        case Adjustment(asked=Correction() as asked):
            return asked.rma
        case PaymentIssue(continues=CaseRef() as continues):
            return continues.rma
        case _:
            return ""


def cases_of_recipients(found: Sequence[CaseDocument]) -> list[CaseDocument]:
    """The cases that recipients of gifts opened, and those that are there on their account."""
    known = {case.ref.rma for case in found if isinstance(case, ReturnCase) and case.gift is not None}
    while more := {case.ref.rma for case in found if serves(case) in known} - known:
        known |= more
    return [case for case in found if case.ref.rma in known]


def show_order_to_buyer(order: Order, hidden: Iterable[CaseDocument]) -> Order:
    """The order without what recipients got for their gifts, and without what they show to be let in."""
    numbers = {case.ref.rma for case in hidden}
    lines = tuple(line for line in order.lines if line.added_by not in numbers)
    gifts = tuple(gift.model_copy(update={"code": "", "recipient": Recipient()}) for gift in order.gifts)
    return order.model_copy(update={"lines": lines, "gifts": gifts})
