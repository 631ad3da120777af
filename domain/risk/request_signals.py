"""The signals of a request: each compares what is on record about the account, and what is asked for, with its rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from domain.money import Money
from domain.policies import AbuseRules, RiskOutcome, SharedRule, Signal
from domain.risk.models import RequestStake, RiskHistory, SignalReading

Found = tuple[bool, str, dict[str, int]]


@dataclass(frozen=True)
class _Seen:
    """What is looked at; without a request the account is looked at as it stands."""

    stake: RequestStake
    history: RiskHistory
    rules: AbuseRules
    asks: bool = True


def read_request(stake: RequestStake, history: RiskHistory, *, rules: AbuseRules) -> tuple[SignalReading, ...]:
    """A reading for each signal of requests that is switched on."""
    return tuple(_read(_Seen(stake, history, rules)))


def read_account(history: RiskHistory, *, rules: AbuseRules) -> tuple[SignalReading, ...]:
    """The same readings for an account that asks for nothing now."""
    return tuple(_read(_Seen(RequestStake(currency=history.currency), history, rules, asks=False)))


def share_percent(part: int, whole: int) -> int:
    """The share in percent, rounded down; nothing was bought: 0, since nothing can be said."""
    return 100 * part // whole if whole > 0 else 0


def risk_facts(stake: RequestStake, history: RiskHistory, readings: tuple[SignalReading, ...]) -> dict[str, object]:
    """The figures as the shop's own rules may ask for them; this request is included in what comes back."""
    value, units = _shares(stake, history)
    return {
        "return_rate_percent": value,
        "return_rate_units_percent": units,
        "bought_before_minor": history.bought_minor,
        "returned_before_minor": history.returned_minor,
        "orders_before": history.orders,
        "returns_before": history.returns,
        "no_receipt_claims": history.no_receipt_claims + stake.no_receipt_claims,
        "kept_before_minor": history.kept_minor,
        "worn_units_before": history.worn_units,
        "accounts_at_address": history.accounts_at_address,
        "accounts_with_payment": history.accounts_with_payment,
        "signals": [str(reading.signal) for reading in readings if reading.counts],
    }


def _read(seen: _Seen) -> Iterator[SignalReading]:
    for signal, look in _LOOKS.items():
        rule = seen.rules.rule_of(signal)
        if rule.on:
            fired, detail, figures = look(seen)
            yield SignalReading(
                signal=signal,
                fired=fired,
                outcome=rule.outcome if fired else RiskOutcome.ALLOW,
                detail=detail,
                figures=figures,
                cleared_by=seen.history.listed_for(signal) if fired else "",
            )


def _return_rate(seen: _Seen) -> Found:
    stake, history = seen.stake, seen.history
    rule = seen.rules.return_rate
    value, units = _shares(stake, history)
    figures = {
        "value_percent": value,
        "units_percent": units,
        "bought_minor": history.bought_minor,
        "returned_minor": history.returned_minor + stake.value_minor,
        "bought_units": history.bought_units,
        "returned_units": history.returned_units + stake.units,
        "orders": history.orders,
    }
    least = rule.at_least.within(history.currency) if history.currency else None
    has_basis = history.orders >= rule.at_least_orders and (least is None or history.bought_minor >= least.minor)
    words = (
        f"{value} % of the value and {units} % of the units bought in {rule.within} come back "
        f"({_say(figures['returned_minor'], stake)} of {_say(history.bought_minor, stake)}, {history.orders} orders); "
        f"noticed from {rule.value_percent} % and {rule.units_percent} %"
    )
    if seen.asks and not stake.share_counts:
        return False, f"{words}; this return is not the customer's doing.", figures
    if not has_basis:
        return False, f"{words}, but too little was bought to say anything.", figures
    return value >= rule.value_percent and units >= rule.units_percent, f"{words}.", figures


def _velocity(seen: _Seen) -> Found:
    history = seen.history
    rule, count = seen.rules.velocity, history.returns + seen.asks
    words = f"{count} returns in {rule.within}; noticed from {rule.returns}."
    return count >= rule.returns, words, {"returns": count}


def _no_receipt(seen: _Seen) -> Found:
    stake, history = seen.stake, seen.history
    rule, count = seen.rules.no_receipt_claims, history.no_receipt_claims + stake.no_receipt_claims
    words = (
        f"{count} claims of parcels that never came, or came back empty, in {rule.within}; noticed from {rule.claims}."
    )
    is_asked = bool(stake.no_receipt_claims) or not seen.asks
    return is_asked and count >= rule.claims, words, {"claims": count}


def _keep_items(seen: _Seen) -> Found:
    stake, history = seen.stake, seen.history
    rule, kept = seen.rules.keep_items_budget, history.kept_minor + stake.kept_minor
    budget = rule.budget.within(stake.currency)
    figures = {"kept_minor": kept, "budget_minor": budget.minor if budget else 0}
    words = f"Goods of {_say(kept, stake)} paid back and kept in {rule.within}; the budget is "
    if budget is None:
        return False, f"{words}not set for {stake.currency}.", figures
    is_asked = bool(stake.kept_minor) or not seen.asks
    return is_asked and kept > budget.minor, f"{words}{budget}.", figures


def _shared_address(seen: _Seen) -> Found:
    return _shared("order to one address", seen.history.accounts_at_address, seen.rules.shared_address)


def _shared_payment(seen: _Seen) -> Found:
    return _shared("pay with one card or account", seen.history.accounts_with_payment, seen.rules.shared_payment)


def _shared(what: str, count: int, rule: SharedRule) -> Found:
    words = f"{count} accounts {what} in {rule.within}; noticed from {rule.accounts}."
    return count >= rule.accounts, words, {"accounts": count}


def _shares(stake: RequestStake, history: RiskHistory) -> tuple[int, int]:
    value = share_percent(history.returned_minor + stake.value_minor, history.bought_minor)
    return value, share_percent(history.returned_units + stake.units, history.bought_units)


def _say(minor: int, stake: RequestStake) -> str:
    return str(Money(minor=minor, currency=stake.currency))


_LOOKS: dict[Signal, Callable[[_Seen], Found]] = {
    Signal.RETURN_RATE: _return_rate,
    Signal.VELOCITY: _velocity,
    Signal.NO_RECEIPT_CLAIMS: _no_receipt,
    Signal.KEEP_ITEMS: _keep_items,
    Signal.SHARED_ADDRESS: _shared_address,
    Signal.SHARED_PAYMENT: _shared_payment,
}
