"""A simulation as a person reads it on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from cli.tables import plain_table

if TYPE_CHECKING:
    from domain.simulation import AffectedCustomer, SimulatedCase, Simulation

# A terminal is no place for more; --json has all of them.
MOST_CASES = 50


def print_simulation(found: Simulation, console: Console) -> None:
    """The sums first, then the customers who would be worse off, then the cases."""
    console.print(
        f"Policy {found.policy} on {found.cases} requests, {found.not_judged} of them impossible", markup=False
    )
    _print_verdicts(found, console)
    _print_money(found, console)
    _print_customers("Customers who would be refused", found.refused_customers, console)
    _print_customers("Customers whose refund would fall", found.poorer_customers, console)
    _print_cases(found.changed, console)


def _print_verdicts(found: Simulation, console: Console) -> None:
    table = plain_table("decided", "would be", "requests", title="\nDecisions")
    for change in found.verdicts:
        mark = "" if change.before is change.after else " *"
        table.add_row(str(change.before), f"{change.after}{mark}", str(change.cases))
    console.print(table)


def _print_money(found: Simulation, console: Console) -> None:
    table = plain_table("currency", "refunds", "would be", "difference", title="\nMoney")
    for total in found.money:
        amounts = (total.before_minor, total.after_minor, total.after_minor - total.before_minor)
        table.add_row(total.currency, *(_say(amount, total.currency) for amount in amounts))
    console.print(table)


def _print_customers(title: str, customers: Sequence[AffectedCustomer], console: Console) -> None:
    lost = len(customers)
    table = plain_table("customer", "loses", "cases", title=f"\n{title}: {lost}")
    for customer in customers[:MOST_CASES]:
        amount = f"{_say(customer.lost_minor, customer.currency)} {customer.currency}"
        table.add_row(customer.customer_id or "unknown", amount, ", ".join(customer.cases))
    console.print(table)
    _say_rest(lost, console)


def _print_cases(cases: Sequence[SimulatedCase], console: Console) -> None:
    table = plain_table(
        "case",
        "order",
        "decided",
        "would be",
        "refund",
        "difference",
        "rules",
        title=f"\nCases that change: {len(cases)}",
    )
    for case in cases[:MOST_CASES]:
        table.add_row(
            case.rma,
            case.order_id,
            str(case.before.verdict),
            str(case.after.verdict),
            f"{_say(case.before.refund_minor, case.currency)} {case.currency}",
            _say(case.difference_minor, case.currency),
            ", ".join(case.after.rules) or "none",
        )
    console.print(table)
    _say_rest(len(cases), console)


def _say_rest(count: int, console: Console) -> None:
    if count > MOST_CASES:
        console.print(f"and {count - MOST_CASES} more; --json names all of them", markup=False)


def _say(minor: int, currency: str) -> str:
    # The table of currencies takes a moment to import, which the help would pay for.
    from domain.money import Money

    return str(Money(minor=minor, currency=currency)).removesuffix(f" {currency}")
