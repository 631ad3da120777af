"""What a seed fixes: the orders, what becomes of each refund, each trouble of each request, and where workers are killed."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from tests.faults.troubles import AFTER, ASKED_ABOUT, BEFORE, LOOKUPS, TIMEOUTS, Trouble

CURRENCIES = ("GBP", "GBP", "EUR", "JPY")
# How many payments a refund goes to, and how often.
SPREADS, SPREAD_WEIGHTS = (1, 2, 3), (35, 45, 20)
# A timeout holds its return for half a minute: one return in so many is enough to meet every kind several times.
TIMEOUT_EVERY = 14


class Fate(StrEnum):
    """What becomes of the refund to one payment.

    `declined` is refused at once, `fails` is accepted and fails at the bank, `comes_back` had settled: each falls to
    the order's spare payment. `contradicted` fails and succeeds, told in the wrong order.
    """

    SETTLES = "settles"
    PENDS = "pends"
    CONTRADICTED = "contradicted"
    DECLINED = "declined"
    FAILS = "fails"
    COMES_BACK = "comes_back"


FALLING = (Fate.DECLINED, Fate.FAILS, Fate.COMES_BACK)
PENDING = (Fate.PENDS, Fate.CONTRADICTED, Fate.FAILS)
_ARRIVING, _ARRIVING_WEIGHTS = (Fate.SETTLES, Fate.PENDS, Fate.CONTRADICTED), (70, 20, 10)


class Part(BaseModel):
    """Parts of a plan are values."""

    model_config = ConfigDict(frozen=True)


class PlannedPayment(Part):
    """One payment of an order; `deliveries` are the seconds after which the webhooks of a type are sent."""

    payment_id: str
    captured_minor: int
    fate: Fate = Fate.SETTLES
    troubles: tuple[Trouble, ...] = ()
    deliveries: dict[str, tuple[float, ...]] = {}


class Kill(Part):
    """A boundary at which one of the two workers dies: before or after the nth such step of a return."""

    what: str
    moment: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.moment} {self.what}" + (f" ({self.nth})" if self.nth > 1 else "")


class PlannedReturn(Part):
    """One order of two equal units of which one comes back; the first payment is the spare, the others are used up."""

    order_id: str
    currency: str
    price_minor: int
    payments: tuple[PlannedPayment, ...]
    kill: Kill | None = None

    @property
    def refunds(self) -> int:
        """How many refunds the provider makes for it, those that fail later included."""
        used = [payment.fate for payment in self.payments[1:]]
        return sum(fate is not Fate.DECLINED for fate in used) + any(fate in FALLING for fate in used)


class Plan(Part):
    """Everything that a run does on purpose."""

    seed: int
    returns: tuple[PlannedReturn, ...]

    @property
    def digest(self) -> str:
        """Equal for equal plans."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    @property
    def refunds(self) -> int:
        """How many refunds the provider makes in all."""
        return sum(each.refunds for each in self.returns)


STEPS = (
    *(("returns.open", 1), ("carriers.book_return_label", 1)),
    *(("returns.apply_event", nth) for nth in (1, 2, 3, 4)),
    *(("payments.refund", 1), ("payments.refund", 2), ("warehouse.dispose", 1), ("returns.close", 1)),
)
# The provider call within payments.refund: intent kept and nothing sent; sent and nothing known.
CALLS = (("provider.refund", 1), ("provider.refund", 2))
ISSUE_STEPS = tuple((f"payment_issues.{name}", 1) for name in ("open", "apply_event", "close"))
ALL_KILLS = tuple(
    Kill(what=what, moment=moment, nth=nth)
    for what, nth in (*STEPS, *CALLS, *ISSUE_STEPS)
    for moment in ("before", "after")
)


def make_plan(seed: int, *, refunds: int, kills: tuple[Kill, ...] = ALL_KILLS, timeouts: bool = True) -> Plan:
    """A plan that makes at least so many refunds; equal arguments make an equal plan."""
    dice = random.Random(seed)
    made = [_to_be_killed(dice, kill) for kill in kills]
    while sum(each.refunds for each in made) < refunds:
        turn, is_timeout = divmod(len(made), TIMEOUT_EVERY)
        timeout = TIMEOUTS[turn % len(TIMEOUTS)] if timeouts and not is_timeout else None
        made.append(_any_return(dice, timeout))
    dice.shuffle(made)
    named = (each.model_copy(update={"order_id": f"F-{number:04}"}) for number, each in enumerate(made, start=1))
    return Plan(seed=seed, returns=tuple(named))


def _to_be_killed(dice: random.Random, kill: Kill) -> PlannedReturn:
    """Nothing else goes wrong here, so that the boundary is met; above the limit, so that an approval is a step too."""
    fate = Fate.COMES_BACK if kill.what.startswith("payment_issues") else Fate.SETTLES
    price = dice.randrange(6000, 12000)
    first, second = _split(dice, price, 2)
    payments = (
        PlannedPayment(payment_id="spare", captured_minor=price),
        PlannedPayment(payment_id="card-1", captured_minor=first),
        PlannedPayment(payment_id="card-2", captured_minor=second, fate=fate),
    )
    return PlannedReturn(order_id="", currency="GBP", price_minor=price, payments=payments, kill=kill)


def _any_return(dice: random.Random, timeout: Trouble | None) -> PlannedReturn:
    """The first payment that is used meets the timeout, if there is one."""
    price = dice.randrange(900, 12000)
    parts = _split(dice, price, dice.choices(SPREADS, SPREAD_WEIGHTS)[0])
    fates = [dice.choices(_ARRIVING, _ARRIVING_WEIGHTS)[0] for _ in parts]
    if dice.random() < 0.4:
        fates[dice.randrange(len(fates))] = dice.choice(FALLING)
    used = [
        _payment(dice, f"card-{number}", part, fate, timeout=timeout if number == 1 else None)
        for number, (part, fate) in enumerate(zip(parts, fates, strict=True), start=1)
    ]
    if any(fate in FALLING for fate in fates):
        spare = _payment(dice, "spare", price, dice.choices(_ARRIVING, _ARRIVING_WEIGHTS)[0])
    else:
        spare = PlannedPayment(payment_id="spare", captured_minor=price)
    currency = dice.choice(CURRENCIES)
    return PlannedReturn(order_id="", currency=currency, price_minor=price, payments=(spare, *used))


def _split(dice: random.Random, total: int, parts: int) -> list[int]:
    cuts = sorted(dice.sample(range(1, total), parts - 1))
    return [end - start for start, end in zip([0, *cuts], [*cuts, total], strict=True)]


def _payment(
    dice: random.Random, payment_id: str, captured: int, fate: Fate, *, timeout: Trouble | None = None
) -> PlannedPayment:
    return PlannedPayment(
        payment_id=payment_id,
        captured_minor=captured,
        fate=fate,
        troubles=tuple(_troubles(dice, fate, timeout)),
        deliveries=dict(_deliveries(dice, fate)),
    )


def _troubles(dice: random.Random, fate: Fate, timeout: Trouble | None) -> Iterator[Trouble]:
    """Requests that did nothing, then perhaps one that did and lost its answer; and lookups that go wrong meanwhile."""
    troubles = dice.choices(BEFORE, k=dice.choices((0, 1, 2), (60, 30, 10))[0])
    if fate is Fate.DECLINED:
        troubles.append(Trouble.DECLINED)
    elif timeout:
        troubles = [timeout]
    else:
        troubles += dice.choices(((), (dice.choice(AFTER),), (Trouble.SLOW,)), (55, 35, 10))[0]
    yield from troubles
    if any(trouble in ASKED_ABOUT for trouble in troubles) and dice.random() < 0.3:
        yield dice.choice(LOOKUPS)


def _deliveries(dice: random.Random, fate: Fate) -> Iterator[tuple[str, tuple[float, ...]]]:
    """Late, twice, and behind later ones; a failure that a success has overtaken is told last."""
    for type in ("refund.created", "refund.updated", "refund.failed"):
        copies = dice.choices((1, 2, 3), (60, 30, 10))[0]
        seconds = tuple(dice.choice((0.0, 0.0, 0.5, 1.5, 3.0)) for _ in range(copies))
        yield type, seconds
    if fate is Fate.CONTRADICTED:
        yield "refund.updated", (0.0,)
        yield "refund.failed", (3.0, 3.5)
