"""Net and tax by rate of what was paid back: the figures of a credit note."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from domain.reimbursements.amounts import Credit, ReimbursementPart


class TaxGroup(ReimbursementPart):
    """What was credited on goods and charges with the same rates; no rates means untaxed."""

    rates: tuple[Decimal, ...]
    net_minor: int
    taxes_minor: tuple[int, ...]

    @property
    def gross_minor(self) -> int:
        """Net and taxes together."""
        return self.net_minor + sum(self.taxes_minor)


def group_by_rate(credits: Iterable[Credit]) -> tuple[TaxGroup, ...]:
    """The credits by their tax rates, highest first; net and taxes of all groups sum to what was credited.

    Goods with two taxes (of a state and of a county) are one group with both: their net counts once.
    """
    groups: dict[tuple[Decimal, ...], TaxGroup] = {}
    for credit in credits:
        rates = tuple(tax.rate for tax in credit.taxes)
        amounts = tuple(tax.amount_minor for tax in credit.taxes)
        group = groups.get(rates, TaxGroup(rates=rates, net_minor=0, taxes_minor=(0,) * len(rates)))
        groups[rates] = TaxGroup(
            rates=rates,
            net_minor=group.net_minor + credit.net_minor,
            taxes_minor=tuple(total + amount for total, amount in zip(group.taxes_minor, amounts, strict=True)),
        )
    return tuple(groups[rates] for rates in sorted(groups, reverse=True))
