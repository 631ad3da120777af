"""What news about its payouts does to a return, and when a person must decide again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from domain.cases import WaitingFor
from domain.confirmers import Wanted
from domain.money import Money
from domain.payout_news import changed_payouts, tell_payout
from domain.payout_routes import falls_to_credit
from domain.payouts import Payout, PayoutMethod, PayoutState
from domain.policies import PayoutRules
from domain.reimbursements.payouts import NEWEST_FIRST
from domain.returns.case import Approval, Finding, ReturnCase
from domain.returns.changes import Change
from domain.returns.progress import unpaid_minor


def take_payouts(
    case: ReturnCase, ledger: Sequence[Payout], *, at: datetime, rules: PayoutRules = NEWEST_FIRST
) -> Change:
    """The payouts as the ledger knows them; one that went wrong and is still owed voids the approval.

    Unless the rules let a declined refund fall to store credit: then it is simply owed again.
    """
    news = changed_payouts(case.payouts, ledger)
    # That a request left is told by what came of it.
    lines = tuple(tell_payout(payout, at) for payout in news if payout.state is not PayoutState.SENT)
    changed = case.with_facts(payouts=tuple(ledger))
    for payout in news:
        if payout.state is PayoutState.MISMATCHED:
            changed = ask_about_mismatch(changed, payout, at=at)
        elif payout.is_owed_again and unpaid_minor(changed) > 0 and not falls_to_credit(payout, rules):
            changed = _ask_after(changed, payout, at=at)
    return Change(case=changed, entries=lines)


def _ask_after(case: ReturnCase, payout: Payout, *, at: datetime) -> ReturnCase:
    if payout.method is not PayoutMethod.MANUAL:
        return ask_after_failure(case, payout.failure or "it came back", at=at)
    way_out = "A supervisor approves a refund through the provider, or refuses."
    return _ask(case, Finding(rule="manual_refund_refused", detail=payout.failure, way_out=way_out), at=at)


def wanted_of(case: ReturnCase) -> Wanted:
    """What the refund is, for whoever confirms that it was paid outside."""
    is_open = bool(case.approval_reasons) and case.approval is None
    return Wanted(by=(case.opened_by,), open_need=case.approval_need if is_open else None)


def confirm_the_rest(case: ReturnCase, confirmation: Approval) -> ReturnCase:
    """Whoever confirms that all that is owed was paid outside has decided about it; nobody needs to approve it again.

    Not while a payout is mismatched: that alarm is about other money, and they have not looked at it.
    """
    if unpaid_minor(case) > 0 or case.mismatched_minor or not case.approval_reasons or case.approval is not None:
        return case
    return case.with_facts(approval=confirmation)


def ask_after_failure(case: ReturnCase, failure: str, *, at: datetime) -> ReturnCase:
    """A refund that did not go through voids the approval: a person approves another try or refuses."""
    detail = f"The payment provider refused the refund: {failure}."
    way_out = "A supervisor approves another try, or refuses."
    return _ask(case, Finding(rule="refund_declined", detail=detail, way_out=way_out), at=at)


def ask_about_mismatch(case: ReturnCase, payout: Payout, *, at: datetime) -> ReturnCase:
    """The provider knows the key of a payout with another amount: nothing is sent until a person has looked there."""
    detail = f"ALARM: the provider knows the key of payout {payout.number} with another amount. {payout.failure}"
    way_out = "Look at the provider first. Approve only if the customer got nothing: a new payout is made. Else refuse."
    return _ask(case, Finding(rule="refund_mismatched", detail=detail.strip(), way_out=way_out), at=at)


def ask_for_the_rest(case: ReturnCase, *, at: datetime) -> ReturnCase:
    """The payments of the order do not hold what is owed: a person decides what becomes of the rest."""
    rest = Money(minor=unpaid_minor(case), currency=case.currency)
    detail = f"The payments of the order hold less than is owed: {rest} cannot go back to them."
    way_out = (
        "Approve to try again once they hold it, or refuse the rest: more than they hold is neither paid nor recorded."
    )
    return _ask(case, Finding(rule="payments_hold_less", detail=detail, way_out=way_out), at=at)


def _ask(case: ReturnCase, finding: Finding, *, at: datetime) -> ReturnCase:
    return case.with_facts(
        approval=None,
        first_approval=None,
        approval_reasons=(*case.approval_reasons, finding),
        approval_asked_at=at,
        escalated=tuple(waiting for waiting in case.escalated if waiting is not WaitingFor.APPROVAL),
    )
