"""News about the money of a case whose workflow has ended: the case shows it, and what needs action opens an issue."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from domain.case_documents import CaseDocument
from domain.cases import CaseRef
from domain.changes import entry
from domain.payment_issues.case import PaymentIssueCause, issue_key
from domain.payment_issues.opening import open_refund_failed
from domain.payout_news import changed_payouts, tell_payout
from domain.payouts import Payout
from domain.ports import Transaction
from domain.stories import derive_progress


def show_payouts(tx: Transaction, case: CaseDocument, *, at: datetime) -> bool:
    """The closed case shows its payouts as the ledger knows them; False when it did already.

    Money that is owed again opens a payment issue, once for each payout.
    """
    ledger = tx.payouts(case.ref)
    news = changed_payouts(case.payouts, ledger)
    if not news:
        return False
    entries = [tell_payout(payout, at) for payout in news]
    for payout in news:
        if payout.is_owed_again:
            issue = _open_issue(tx, case, payout, at=at)
            summary = f"Payment issue {issue.rma} follows what becomes of payout {payout.number}."
            entries.append(entry(at, "payment_issue.opened", summary, payment_issue=issue.rma, payout=payout.number))
    changed = case.with_facts(payouts=ledger)
    policy = tx.policy(case.ref.merchant, case.policy_version).policy
    tx.save_case(changed, derive_progress(changed, policy), entries)
    return True


def _open_issue(tx: Transaction, case: CaseDocument, payout: Payout, *, at: datetime) -> CaseRef:
    make = partial(open_refund_failed, case=case, payout=payout, at=at)
    ref, _ = tx.open_issue(case.ref.merchant, failed_payout_key(case.ref, payout), make)
    return ref


def failed_payout_key(ref: CaseRef, payout: Payout) -> str:
    """The key of the issue of a payout that went wrong."""
    return issue_key(PaymentIssueCause.REFUND_FAILED, f"{ref.rma} {payout.number}")
