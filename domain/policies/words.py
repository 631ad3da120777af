"""A policy in the words of customers: what may come back, until when, who pays, and how and when the money goes back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

from domain.calendar import is_yearly
from domain.policies.atoms import Atom, is_simple, read_atoms
from domain.policies.claims import ClaimRuling, WarrantyTerms
from domain.policies.document import Policy
from domain.policies.parts import Fault, PolicyPart
from domain.policies.settlement import BundleRule, Fees, GiftValue, ShippingRefund
from domain.policies.statutes import Statute
from domain.policies.tables import Rule
from domain.policies.terms import (
    Acceptance,
    Answer,
    Exchange,
    ExchangeFor,
    Keeping,
    Method,
    Methods,
    RefundMoment,
    RefundTiming,
    ReturnMethods,
    Window,
    WindowStart,
)
from domain.policies.vocabulary import CLAIM_FACTS, INSPECTION_FACTS, FactType
from domain.policies.words_of_goods import (
    say_amounts,
    tell_budget,
    tell_claim,
    tell_destination,
    tell_warranty,
    tell_ways,
)


class PolicySentence(PolicyPart):
    """One thing that customers are told, and the place in the document that says so: `windows.electronics`."""

    rule: str
    text: str


class PolicySection(PolicyPart):
    """What the policy says about one question."""

    title: str
    sentences: tuple[PolicySentence, ...]


Tell = Callable[[Any, Policy], str]


def tell_policy(policy: Policy) -> tuple[PolicySection, ...]:
    """The whole policy for customers, generated from its rules alone; questions that it is silent on are left out."""
    sections = (
        ("Until when you may return", list(_tell_table(policy, "windows", _tell_window))),
        ("What may come back", [*_tell_table(policy, "acceptance", _tell_acceptance), *_tell_bundles(policy)]),
        ("What it costs you", [*_tell_table(policy, "fees", _tell_fees), *_tell_faults(policy)]),
        ("The original delivery charge", [_delivery(policy)]),
        ("How you are reimbursed", list(_tell_table(policy, "methods", _tell_methods))),
        ("When the money goes back", [*_tell_table(policy, "refund_timing", _tell_timing), _span(policy)]),
        ("Exchanges", list(_tell_table(policy, "exchanges", _tell_exchange))),
        ("If you were given it as a gift", [_tell_gifts(policy)]),
        ("What you may keep", [*_tell_table(policy, "keep_items", _tell_keeping), *_tell_budget(policy)]),
        ("If something is wrong with your goods", list(_tell_table(policy, "claims", _tell_claim))),
        ("Warranty", list(_tell_table(policy, "warranties", _tell_warranty))),
        ("How your goods travel back", [*_tell_table(policy, "return_methods", _tell_ways), *_tell_places(policy)]),
        ("Your rights by law", [_tell_law(statute) for statute in policy.statutes]),
    )
    return tuple(PolicySection(title=title, sentences=tuple(said)) for title, said in sections if said)


def say_condition(rule: Rule[Any]) -> str:
    """Whom a rule is for: its title, else its condition word by word, else its name."""
    if rule.title:
        return rule.title
    if not rule.when:
        return "Everything else"
    atoms = read_atoms(rule.when)
    if not is_simple(rule.when) or "||" in rule.when or "!" in rule.when.replace("!=", ""):
        return rule.words.capitalize()
    return "When " + " and ".join(_say_atom(atom) for atom in atoms)


def _say_atom(atom: Atom) -> str:
    fact = INSPECTION_FACTS.get(atom.name) or CLAIM_FACTS.get(atom.name)
    name = f"the {atom.name.removesuffix('_minor').replace('_', ' ')}"
    if atom.operator == "is" and fact is not None and fact.type is FactType.YES_NO:
        return f"{name.removeprefix('the ')} holds"
    values = " or ".join(str(value) for value in atom.values)
    words = {"==": "is", "!=": "is not", "<": "is below", "<=": "is at most", ">": "is above", ">=": "is at least"}
    return f"{name} {words.get(atom.operator, 'is')} {values}"


def _tell_table(policy: Policy, table: str, tell: Tell) -> Iterator[PolicySentence]:
    rules: Sequence[Rule[Any]] = getattr(policy, table)
    for rule in rules:
        yield PolicySentence(rule=f"{table}.{rule.rule}", text=f"{say_condition(rule)}: {tell(rule.then, policy)}")


def _tell_window(window: Window, policy: Policy) -> str:
    start = "delivery" if window.counted_from is WindowStart.DELIVERY else "the order"
    last = "the last day counts" if policy.last_day_counts else "the last day does not count"
    until = f", and never before the end of {_say_day(window.open_until)}" if window.open_until else ""
    return f"within {_days(window.days)} of {start}{until}; {last}."


def _tell_acceptance(acceptance: Acceptance, policy: Policy) -> str:
    if acceptance.answer is Answer.REFUSE:
        return f"cannot come back. {acceptance.says} {acceptance.way_out}".strip()
    if acceptance.answer is Answer.REVIEW:
        return f"one of us looks at your request first. {acceptance.says}".strip()
    return "may come back."


def _tell_bundles(policy: Policy) -> Iterator[PolicySentence]:
    if policy.bundles is BundleRule.WHOLE_ONLY:
        text = "What was sold as a bundle comes back whole, all its parts in one return."
        yield PolicySentence(rule="bundles", text=text)


_GIFT = {
    GiftValue.HIDDEN: "Nobody is told what it cost.",
    GiftValue.CREDIT: "You are told what the credit comes to.",
}


def _tell_gifts(policy: Policy) -> PolicySentence:
    text = "Return it with the code on the gift receipt: you get store credit, and whoever bought it hears nothing."
    return PolicySentence(rule="gift_value", text=f"{text} {_GIFT[policy.gift_value]}")


def _tell_fees(fees: Fees, policy: Policy) -> str:
    parts = []
    if fees.restocking_percent:
        parts.append(f"{fees.restocking_percent} % of the price is kept back for restocking")
    if amounts := say_amounts(fees.restocking_flat):
        parts.append(f"{amounts} is kept back for each returned line")
    shipping = say_amounts(fees.return_shipping)
    parts.append(f"the parcel back costs you {shipping}" if shipping else "we pay for the parcel back")
    return f"{'; '.join(parts)}."


def _tell_faults(policy: Policy) -> Iterator[PolicySentence]:
    ours = [each.title for each in policy.reasons if each.fault in (Fault.MERCHANT, Fault.CARRIER)]
    if ours and policy.fees:
        text = f"Nothing is kept back and we pay for the parcel where it is not your fault: {', '.join(ours)}."
        yield PolicySentence(rule="reasons", text=text)
    elif not policy.fees:
        yield PolicySentence(rule="fees", text="We pay for the parcel back and keep nothing back from your refund.")


_DELIVERY = {
    ShippingRefund.WHOLE_ORDER_OR_MERCHANT_FAULT: "Paid back when the whole order comes back, or when it was not your fault.",
    ShippingRefund.WHOLE_ORDER: "Paid back when the whole order comes back.",
    ShippingRefund.STANDARD_FOR_WHOLE_ORDER: "Paid back when the whole order comes back, up to the price of our standard delivery.",
    ShippingRefund.ALWAYS: "Always paid back.",
    ShippingRefund.NEVER: "Not paid back.",
}


def _delivery(policy: Policy) -> PolicySentence:
    return PolicySentence(rule="original_shipping", text=_DELIVERY[policy.original_shipping])


_METHOD = {
    Method.ORIGINAL_PAYMENT: "to the way you paid",
    Method.STORE_CREDIT: "as store credit",
    Method.EXCHANGE: "as an exchange",
    Method.REPLACEMENT: "as the same goods again",
}


def _tell_methods(methods: Methods, policy: Policy) -> str:
    ways = " or ".join(_METHOD[method] for method in methods.offer)
    credit = methods.store_credit
    bonus = [f"{credit.bonus_percent} %"] if credit.bonus_percent else []
    if flat := say_amounts(credit.bonus_flat):
        bonus.append(flat)
    extra = f"; store credit brings {' and '.join(bonus)} more" if bonus else ""
    ends = f"; it can be spent for {credit.expires_after}" if credit.expires_after else ""
    return f"{ways}, as you choose{extra}{ends}." if len(methods.offer) > 1 else f"{ways}{extra}{ends}."


_MOMENT = {
    RefundMoment.FIRST_SCAN: "as soon as the carrier has scanned your parcel",
    RefundMoment.RECEIPT: "as soon as your parcel has arrived",
    RefundMoment.INSPECTION: "once we have looked at what came back",
}


def _tell_timing(timing: RefundTiming, policy: Policy) -> str:
    return f"{_MOMENT[timing.at]}."


def _span(policy: Policy) -> PolicySentence:
    moment = "" if policy.refund_timing else f"The money goes back {_MOMENT[RefundMoment.INSPECTION]}. "
    return PolicySentence(
        rule="deadlines.refund", text=f"{moment}From then on it takes {policy.deadlines.refund} at most."
    )


_EXCHANGE = {
    ExchangeFor.NOTHING: "no exchange.",
    ExchangeFor.SAME_PRODUCT: "for another variant of the same product",
    ExchangeFor.ANY_PRODUCT: "for anything that we sell",
}


def _tell_exchange(exchange: Exchange, policy: Policy) -> str:
    if exchange.exchange_for is ExchangeFor.NOTHING:
        return _EXCHANGE[exchange.exchange_for]
    when = "sent at once" if exchange.in_advance else "sent when your parcel is back"
    return f"{_EXCHANGE[exchange.exchange_for]}, {when}."


def _tell_keeping(keeping: Keeping, policy: Policy) -> str:
    return "keep the goods; you get your money all the same." if keeping.keep else "the goods come back to us."


def _tell_budget(policy: Policy) -> Iterator[PolicySentence]:
    if policy.keep_items and policy.keep_budget is not None:
        yield PolicySentence(rule="keep_budget", text=tell_budget(policy.keep_budget))


def _tell_claim(ruling: ClaimRuling, policy: Policy) -> str:
    return tell_claim(ruling)


def _tell_warranty(terms: WarrantyTerms, policy: Policy) -> str:
    return tell_warranty(terms)


def _tell_ways(ways: ReturnMethods, policy: Policy) -> str:
    return tell_ways(ways)


def _tell_places(policy: Policy) -> Iterator[PolicySentence]:
    return _tell_table(policy, "warehouses", lambda then, _: tell_destination(then))


def _tell_law(statute: Statute) -> PolicySentence:
    right = statute.right
    exempt = " Some goods are exempt." if statute.exempt_when else ""
    text = (
        f"{right.title}: within {_days(right.days)} of delivery you may withdraw without a reason, whatever is said above. "
        f"The money goes back within {right.refund_within} of your goods being back or of your proof of sending, "
        f"whichever is earlier, with the price of the standard delivery and without a restocking fee.{exempt}"
    )
    return PolicySentence(rule=f"statutes.{statute.pack}", text=text)


def _say_day(day: str) -> str:
    """A day of one year or of every year: 31 January."""
    if is_yearly(day):
        return f"{date.fromisoformat(f'2000-{day}'):%-d %B}"
    return f"{date.fromisoformat(day):%-d %B %Y}"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
