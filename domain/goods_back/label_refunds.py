"""What becomes of the price of a label that was given back. A carrier needs weeks for that, so its case has often ended."""

from __future__ import annotations

from datetime import datetime

from domain.cases import Actor
from domain.changes import CaseChange, entry
from domain.goods_back.case import GoodsCaseT
from domain.goods_back.facts import Label, LabelRefund


def is_refund_news(said: LabelRefund, known: LabelRefund | None) -> bool:
    """Whether the carrier says something new: after its last word, that it was asked is none."""
    return said is not known and (known is None or said is not LabelRefund.SUBMITTED)


def say_label_refund(label: Label, said: LabelRefund) -> str:
    """The carrier's word as a sentence."""
    price = f"the price of the label, {label.price}" if label.price else "the price of the label"
    words = {
        LabelRefund.SUBMITTED: f"The carrier was asked to pay back {price}.",
        LabelRefund.REFUNDED: f"The carrier paid back {price}.",
        LabelRefund.REJECTED: f"The carrier does not pay back {price}.",
    }
    return words[said]


def take_label_refund(
    case: GoodsCaseT, number: int, said: LabelRefund, *, at: datetime, actor: Actor
) -> CaseChange[GoodsCaseT] | None:
    """The carrier's word about that delivery's label is on record; None when it says nothing new.

    A label whose price was paid back cannot be used, whoever gave it back.
    """
    delivery = case.goods.delivery(number)
    if delivery.label is None or not is_refund_news(said, delivery.label_refund):
        return None
    voided_at = delivery.label_voided_at or (None if said is LabelRefund.REJECTED else at)
    changed = case.with_delivery(number, label_refund=said, label_voided_at=voided_at)
    price = delivery.label.price
    facts = {"amount_minor": price.minor, "currency": price.currency} if price else {}
    summary = say_label_refund(delivery.label, said)
    line = entry(at, f"label.refund_{said}", summary, actor=actor, delivery=number, **facts)
    return CaseChange(case=changed, entries=(line,))
