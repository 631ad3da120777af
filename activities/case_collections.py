"""The collections of a case: planned into the ledger, decided, and taken over from it with what follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from activities.writing import keep_change, unchanged
from domain.case_documents import CaseDocument
from domain.cases import SYSTEM, Actor, StepResult
from domain.changes import CaseChange
from domain.collection_news import changed_collections, tell_collection
from domain.collection_plans import (
    CollectionWish,
    plan_collection,
    release_renewed,
    replace_lapsed,
    settle_holds,
    withdraw,
)
from domain.collections import Collection
from domain.ports import Transaction

CaseT = TypeVar("CaseT", bound=CaseDocument)


def ask_customer(
    tx: Transaction, case: CaseT, wish: CollectionWish, *, at: datetime, actor: Actor = SYSTEM
) -> CaseChange[CaseT]:
    """One more collection of the case is in the ledger, and due."""
    return _keep(tx, case, [plan_collection(case.ref, tx.collections(case.ref), wish)], at=at, actor=actor)


def settle_case_holds(
    tx: Transaction, case: CaseT, owed_minor: int, *, at: datetime, actor: Actor = SYSTEM
) -> CaseChange[CaseT]:
    """The holds of the case take what the customer owes after all, or are let go; see `settle_holds`."""
    return _keep(tx, case, settle_holds(case.ref, tx.collections(case.ref), owed_minor), at=at, actor=actor)


def withdraw_from_customer(tx: Transaction, case: CaseT, *, at: datetime, actor: Actor = SYSTEM) -> CaseChange[CaseT]:
    """The customer is asked for nothing more; what was paid or is held stays."""
    return _keep(tx, case, withdraw(tx.collections(case.ref)), at=at, actor=actor)


def take_collections(tx: Transaction, case: CaseT, *, at: datetime) -> CaseChange[CaseT]:
    """The case knows its collections as the ledger does, and what follows at once from their news is in the ledger too.

    A renewed hold is let go; a hold that lapsed before it could be charged is made up for by a charge.
    """
    ledger = tx.collections(case.ref)
    news = changed_collections(case.collections, ledger)
    following = [] if case.closed_at is not None else _follow(case, ledger, news)
    return _keep(tx, case, following, at=at, actor=SYSTEM)


def take_collected(tx: Transaction, case: CaseDocument, *, at: datetime) -> StepResult:
    """As `take_collections`, and it is on record."""
    policy = tx.policy(case.ref.merchant, case.policy_version).policy
    change = take_collections(tx, case, at=at)
    if change.case == case:
        return unchanged(tx, case, policy)
    return keep_change(tx, case, change, policy)


def _follow(case: CaseDocument, ledger: Sequence[Collection], news: Sequence[Collection]) -> list[Collection]:
    following = list[Collection]()
    for each in news:
        known = (*ledger, *following)
        found = release_renewed(known, each) or replace_lapsed(case.ref, known, each)
        if found is not None:
            following.append(found)
    return following


def _keep(
    tx: Transaction, case: CaseT, collections: Sequence[Collection], *, at: datetime, actor: Actor
) -> CaseChange[CaseT]:
    """New collections are planned, known ones decided, and the case shows them as the ledger does."""
    tx.lock_order(case.ref.merchant, case.order_id)
    known = {each.number for each in tx.collections(case.ref)}
    tx.plan_collections(case.ref, [each for each in collections if each.number not in known], actor)
    for each in collections:
        if each.number in known:
            tx.decide_collection(case.ref, each, actor)
    ledger = tx.collections(case.ref)
    before = {each.number: each for each in case.collections}
    entries = tuple(
        tell_collection(each, at, before=before.get(each.number)).model_copy(update={"actor": actor})
        for each in changed_collections(case.collections, ledger)
    )
    return CaseChange(case=case.with_facts(collections=ledger), entries=entries)
