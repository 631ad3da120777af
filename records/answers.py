"""The first answer to a return request: fixed once, given again whenever the same request comes again."""

from __future__ import annotations

from sqlalchemy import Connection, select

from domain.cases import CaseRef
from records.models import FirstAnswer
from records.statements import insert_or, present
from records.tables import first_answers


def find_first_answer(connection: Connection, ref: CaseRef) -> FirstAnswer | None:
    """The answer that the request of this case got, or None while it got none."""
    query = select(first_answers.c.status, first_answers.c.version, first_answers.c.body).where(
        first_answers.c.merchant == ref.merchant, first_answers.c.rma == ref.rma
    )
    row = connection.execute(query).one_or_none()
    return FirstAnswer.model_validate(dict(row._mapping)) if row is not None else None


def keep_first_answer(connection: Connection, ref: CaseRef, answer: FirstAnswer) -> FirstAnswer:
    """The answer on record: this one, or the one that somebody else gave a moment before."""
    row = {"merchant": ref.merchant, "rma": ref.rma, "answered_at": present(), **answer.model_dump()}
    connection.execute(insert_or(connection, first_answers).values(row).on_conflict_do_nothing())
    kept = find_first_answer(connection, ref)
    assert kept is not None, "it was inserted, or was there"
    return kept
