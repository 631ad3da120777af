"""Units of order lines that cases hold: a constraint keeps their sum within what was sold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select, update

from domain.cases import CaseRef
from domain.goods_back.facts import UnitCount
from domain.orders import Order
from records.statements import AnyRow, insert_or
from records.tables import cases, unit_balances, unit_reservations

_taken = unit_balances.c.reserved + unit_balances.c.returned


def units_in_cases(
    connection: Connection, merchant: str, order_id: str, *, apart_from: CaseRef | None, for_buyer: bool = False
) -> dict[str, int]:
    """Units by line id that open cases hold or closed cases took back; lines of which none are taken are left out.

    What recipients of gifts sent back is no part of what is told `for_buyer`.
    """
    taken = func.sum(unit_reservations.c.held + unit_reservations.c.kept)
    query = (
        select(unit_reservations.c.line_id, taken.label("units"))
        .where(unit_reservations.c.merchant == merchant, unit_reservations.c.order_id == order_id)
        .group_by(unit_reservations.c.line_id)
        .having(taken > 0)
    )
    if apart_from is not None:
        query = query.where(unit_reservations.c.rma != apart_from.rma)
    if for_buyer:
        hidden = select(cases.c.rma).where(
            cases.c.merchant == merchant, cases.c.order_id == order_id, cases.c.for_recipient.is_(True)
        )
        query = query.where(unit_reservations.c.rma.not_in(hidden))
    return {row.line_id: int(row.units) for row in connection.execute(query)}


def reserve_units(connection: Connection, ref: CaseRef, order: Order, units: Sequence[UnitCount]) -> bool:
    """The case holds exactly these units, or none more than before and False. `order` must be loaded in this transaction."""
    wanted = _count(units)
    held = {row.line_id: row.held for row in _reservations(connection, ref)}
    with connection.begin_nested() as savepoint:
        for line_id, quantity in sorted(wanted.items()):
            if not _reserve(connection, ref, order, line_id, quantity, held=held.get(line_id, 0)):
                savepoint.rollback()
                return False
    return True


def release_units(connection: Connection, ref: CaseRef, kept: Sequence[UnitCount]) -> None:
    """The case holds nothing any more and has taken back exactly `kept`. Raises ValueError for a line it never held."""
    came_back = _count(kept)
    rows = _reservations(connection, ref)
    if strange := sorted(set(came_back) - {row.line_id for row in rows}):
        raise ValueError(f"case {ref.rma} never held units of line {', '.join(strange)}")
    for row in rows:
        now_kept = came_back[row.line_id]
        if (row.held, row.kept) == (0, now_kept):
            continue
        connection.execute(
            update(unit_balances)
            .where(*_balance(ref.merchant, row.order_id, row.line_id))
            .values(
                reserved=unit_balances.c.reserved - row.held,
                returned=unit_balances.c.returned + (now_kept - row.kept),
            )
        )
        connection.execute(
            update(unit_reservations).where(*_reservation(ref, row.line_id)).values(held=0, kept=now_kept)
        )


def move_units(connection: Connection, ref: CaseRef, to: CaseRef, order_id: str, units: Sequence[UnitCount]) -> None:
    """Units that the one case held are held by the other; what was sold and is taken stays as it was."""
    for line_id, quantity in sorted(_count(units).items()):
        taken = connection.execute(
            update(unit_reservations)
            .where(*_reservation(ref, line_id), unit_reservations.c.held >= quantity)
            .values(held=unit_reservations.c.held - quantity)
        )
        if taken.rowcount != 1:
            raise ValueError(f"case {ref.rma} does not hold {quantity} of line {line_id}")
        key = {"merchant": ref.merchant, "order_id": order_id, "line_id": line_id}
        moved = insert_or(connection, unit_reservations).values(**key, rma=to.rma, held=quantity, kept=0)
        more = {"held": unit_reservations.c.held + quantity}
        connection.execute(moved.on_conflict_do_update(index_elements=["merchant", "rma", "line_id"], set_=more))


def find_unit_problem(connection: Connection, merchant: str, order: Order) -> str:
    """Why the order cannot replace the one on record: lines of which cases hold more than it sold; empty when none."""
    problems = []
    for row in _balances(connection, merchant, order.order_id):
        line, taken = order.line(row.line_id), row.reserved + row.returned
        if taken > (line.quantity if line else 0):
            problems.append(f"{taken} of line {row.line_id} are in returns")
    return "; ".join(problems)


def change_sold(connection: Connection, merchant: str, order: Order) -> None:
    """Balances that exist follow the order's quantities; the others come with the first reservation."""
    for row in _balances(connection, merchant, order.order_id):
        line = order.line(row.line_id)
        sold = line.quantity if line else 0
        if sold != row.sold:
            where = _balance(merchant, order.order_id, row.line_id)
            connection.execute(update(unit_balances).where(*where).values(sold=sold))


def _reserve(connection: Connection, ref: CaseRef, order: Order, line_id: str, quantity: int, *, held: int) -> bool:
    line, more = order.line(line_id), quantity - held
    if line is None:
        return False
    key = {"merchant": ref.merchant, "order_id": order.order_id, "line_id": line_id}
    new_balance = insert_or(connection, unit_balances).values(**key, sold=line.quantity, reserved=0, returned=0)
    connection.execute(new_balance.on_conflict_do_nothing())
    moved = connection.execute(
        update(unit_balances)
        .where(*_balance(ref.merchant, order.order_id, line_id), _taken + more <= unit_balances.c.sold)
        .values(reserved=unit_balances.c.reserved + more)
    )
    if moved.rowcount == 0:
        return False
    reservation = insert_or(connection, unit_reservations).values(**key, rma=ref.rma, held=quantity, kept=0)
    connection.execute(
        reservation.on_conflict_do_update(index_elements=["merchant", "rma", "line_id"], set_={"held": quantity})
    )
    return True


def _reservations(connection: Connection, ref: CaseRef) -> Sequence[AnyRow]:
    query = (
        select(unit_reservations)
        .where(unit_reservations.c.merchant == ref.merchant, unit_reservations.c.rma == ref.rma)
        .order_by(unit_reservations.c.line_id)
        .with_for_update()
    )
    return connection.execute(query).all()


def _balances(connection: Connection, merchant: str, order_id: str) -> Sequence[AnyRow]:
    query = (
        select(unit_balances)
        .where(unit_balances.c.merchant == merchant, unit_balances.c.order_id == order_id)
        .order_by(unit_balances.c.line_id)
        .with_for_update()
    )
    return connection.execute(query).all()


def _balance(merchant: str, order_id: str, line_id: str) -> tuple[ColumnElement[bool], ...]:
    table = unit_balances.c
    return table.merchant == merchant, table.order_id == order_id, table.line_id == line_id


def _reservation(ref: CaseRef, line_id: str) -> tuple[ColumnElement[bool], ...]:
    table = unit_reservations.c
    return table.merchant == ref.merchant, table.rma == ref.rma, table.line_id == line_id


def _count(units: Sequence[UnitCount]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for unit in units:
        counts[unit.line_id] += unit.quantity
    return counts
