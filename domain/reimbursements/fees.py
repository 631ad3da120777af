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


def keep_restocking_fees(paid: Mapping[str, Sequence[tuple[int, Fees]]], *, currency: str) -> list[Entry]:
    """One fee per line of `paid`: by line id, what its chargeable units are paid, each time with the fees of its terms.

    Percent of what is paid, taxes included, rounded once to the nearest minor unit, plus the flat fee, of different
    ones the highest; never above what the line is paid.
    """
    entries = []
    for line_id, parts in paid.items():
        entries += _keep_restocking_fee(line_id, parts, currency=currency)
    return entries


def _keep_restocking_fee(line_id: str, paid: Sequence[tuple[int, Fees]], *, currency: str) -> list[Entry]:
    whole = sum(worth for worth, _ in paid)
    flats = [fees.restocking_flat.within(currency) for _, fees in paid]
    flat = max((one for one in flats if one), default=None)
    percent = round_half_up(sum((Fraction(worth * fees.restocking_percent, 100) for worth, fees in paid), Fraction()))
    fee = min(whole, percent + (flat.minor if flat else 0))
    if fee <= 0:
        return []
    shares = [f"{fees.restocking_percent}% of {say(worth, currency)}" for worth, fees in _by_percent(paid)]
    parts = {"fees.restocking_percent": " and ".join(shares)} if percent else {}
    parts |= {"fees.restocking_flat": f"{flat} flat"} if flat else {}
    limit = ", at most what is paid for it" if fee == whole else ""
    line = AmountLine(
        kind=AmountKind.RESTOCKING_FEE,
        line_id=line_id,
        amount_minor=-fee,
        explanation=f"Line {line_id}: restocking fee of {' and '.join(parts.values())}{limit}.",
        rule=" ".join(parts),
    )
    return [Entry(line=line, kept={f"line:{line_id}": fee})]


def _by_percent(paid: Sequence[tuple[int, Fees]]) -> list[tuple[int, Fees]]:
    """The parts with a percentage, those with the same one together."""
    sums: dict[int, tuple[int, Fees]] = {}
    for worth, fees in paid:
        if fees.restocking_percent:
            so_far = sums.get(fees.restocking_percent, (0, fees))[0]
            sums[fees.restocking_percent] = (so_far + worth, fees)
    return list(sums.values())


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
