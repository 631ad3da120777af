"""What is kept back: restocking fees by line, the return shipping fee by return; none when others are at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from domain.money import round_half_up
from domain.policies import Fees
from domain.reimbursements.amounts import AmountKind, AmountLine, ReimbursedUnits
from domain.reimbursements.entries import Entry, keep_back, total_of
from domain.reimbursements.goods import NOT_THE_CUSTOMER
from domain.reimbursements.wording import say


def keep_restocking_fees(worth_minor: Mapping[str, int], *, fees: Mapping[str, Fees], currency: str) -> list[Entry]:
    """One fee per line of `worth_minor` (what its chargeable units are paid, by line id), never above that.

    Percent of what is paid, taxes included, rounded to the nearest minor unit, plus the flat fee of the line's terms.
    """
    entries = []
    for line_id, worth in worth_minor.items():
        entries += _keep_restocking_fee(line_id, worth, fees=fees[line_id], currency=currency)
    return entries


def _keep_restocking_fee(line_id: str, worth: int, *, fees: Fees, currency: str) -> list[Entry]:
    flat = fees.restocking_flat.within(currency)
    percent = round_half_up(Fraction(worth * fees.restocking_percent, 100))
    fee = min(worth, percent + (flat.minor if flat else 0))
    if fee <= 0:
        return []
    parts = {"fees.restocking_percent": f"{fees.restocking_percent}% of {say(worth, currency)}"} if percent else {}
    parts |= {"fees.restocking_flat": f"{flat} flat"} if flat else {}
    limit = ", at most what is paid for it" if fee == worth else ""
    line = AmountLine(
        kind=AmountKind.RESTOCKING_FEE,
        line_id=line_id,
        amount_minor=-fee,
        explanation=f"Line {line_id}: restocking fee of {' and '.join(parts.values())}{limit}.",
        rule=" ".join(parts),
    )
    return [Entry(line=line, kept={f"line:{line_id}": fee})]


def keep_return_shipping(units: Sequence[ReimbursedUnits], entries: Sequence[Entry], *, currency: str) -> list[Entry]:
    """The fee for the parcel back, once per return, at most what the entries pay; of different ones the highest.

    It falls away as soon as one unit comes back through the fault of the shop or the carrier: that parcel had to be
    sent anyway.
    """
    fees = [unit.fees.return_shipping.within(currency) for unit in units if unit.quantity]
    fee = max((fee for fee in fees if fee), default=None)
    due = total_of(entries)
    if not fee or due <= 0 or any(unit.quantity and unit.fault in NOT_THE_CUSTOMER for unit in units):
        return []
    limit = f", at most the {say(due, currency)} that the return brings" if fee.minor > due else ""
    line = AmountLine(
        kind=AmountKind.RETURN_SHIPPING_FEE,
        amount_minor=-min(fee.minor, due),
        explanation=f"Return shipping fee of {fee}, once for the whole return{limit}.",
        rule="fees.return_shipping",
    )
    return [keep_back(line, entries)]
