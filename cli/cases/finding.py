"""Which case is meant: an RMA is typed, and usually only one shop has it."""

from __future__ import annotations

from cli.failures import CommandFailed
from domain.rma import MalformedRma, parse_rma
from records.database import SqlRecords
from records.operations import CaseStanding, case_standing


def find_case(records: SqlRecords, typed: str, merchant: str | None) -> CaseStanding:
    """The case of that number; `merchant` is needed where several shops have one. Raises CommandFailed."""
    try:
        rma = parse_rma(typed)
    except MalformedRma as error:
        raise CommandFailed(f"{typed} is no RMA: {error}.") from None
    shops = [merchant] if merchant else records.reads.merchants_of(rma)
    if len(shops) > 1:
        raise CommandFailed(f"Several shops have a case {rma}: add --merchant with one of {', '.join(shops)}.")
    with records.reads.reading() as connection:
        found = case_standing(connection, shops[0], rma) if shops else None
    if found is None:
        raise CommandFailed(f"There is no case {rma}{f' of {merchant}' if merchant else ''}.")
    return found
