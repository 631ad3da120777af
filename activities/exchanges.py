"""What an exchange does about its new goods and the customer's money, inside the transactions of a return's steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from activities.authority import plan_basis
from activities.case_collections import ask_customer, settle_case_holds, take_collections, withdraw_from_customer
from activities.catalogue import find_product
from activities.goods_out import cancel_shipment, hold_back, let_ship, plan_shipment, report_shipments
from domain.cases import Letter, TimelineEntry
from domain.collection_plans import CollectionWish, with_collected
from domain.collections import CollectionKind, is_awaiting_customer
from domain.exchanges import following, shipping
from domain.exchanges.choices import CHOICE_ASKED
from domain.exchanges.facts import ExchangeAsk, ExchangeFacts, FallbackCause
from domain.exchanges.new_lines import make_lines
from domain.exchanges.offers import see_offers
from domain.exchanges.promises import find_unavailable, plan_promise
from domain.exchanges.settling import due_from_hold, promised_goods
from domain.instruments import Instrument, provider_customer
from domain.money import Money
from domain.orders import Order, PaymentMethod
from domain.policies import Policy
from domain.ports import Transaction
from domain.replacement_shipments.case import Goods
from domain.replacement_shipments.opening import ShipmentPlan
from domain.returns.case import ReturnCase, ReturnLine
from domain.returns.changes import Change

# What a payment provider can charge or hold without the customer being there.
CHARGEABLE = (PaymentMethod.CARD, PaymentMethod.WALLET, PaymentMethod.BANK)


def exchange_ask(tx: Transaction, case: ReturnCase, order: Order) -> ExchangeAsk:
    """What the request wants, as the catalogue has it now."""
    return ask_about(tx, case, order, case.lines)


def ask_about(tx: Transaction, case: ReturnCase, order: Order, lines: Sequence[ReturnLine]) -> ExchangeAsk:
    """What those lines want, as the catalogue has it now."""
    offers = see_offers(order, lines, lambda sku: find_product(tx, case.ref.merchant, sku))
    return ExchangeAsk(
        offers=offers,
        in_advance=case.exchange is not None and case.exchange.in_advance,
        has_no_address=case.gift is not None and not (case.gift.ship_to and case.gift.ship_to.is_usable),
    )


def follow_before(tx: Transaction, change: Change, policy: Policy, *, at: datetime) -> Change:
    """What follows before anything is proposed: the promise, the customer's part, what the shipments tell."""
    if change.case.exchange is None or change.case.closed_at is not None:
        return change
    work = _Work(tx, policy, at, change)
    work.take(lambda case: take_collections(tx, case, at=at))
    work.take(lambda case: _promise(tx, case, policy, at=at))
    work.hear_shipments()
    work.take(lambda case: following.hear_payment(case, policy, at=at))
    work.take(lambda case: following.take_rejection(case, at=at))
    work.take(lambda case: following.note_kept(case, at=at))
    return work.done


def follow_after(tx: Transaction, change: Change, policy: Policy, *, at: datetime) -> Change:
    """What follows once everything is proposed that can be: goods leave or stay, holds are settled."""
    if change.case.exchange is None or change.case.closed_at is not None:
        return change
    work = _Work(tx, policy, at, change)
    work.take(lambda case: shipping.let_go(case, at=at))
    work.move_goods()
    work.take(lambda case: _settle_holds(tx, case, policy, at=at))
    work.take(lambda case: _withdraw(tx, case, at=at))
    work.take(lambda case: shipping.hear_departure(case, at=at))
    work.take(lambda case: _sell(tx, case, at=at))
    return work.done


@dataclass
class _Work:
    """A change that grows, thing by thing."""

    tx: Transaction
    policy: Policy
    at: datetime
    done: Change
    _letters: list[Letter] = field(default_factory=list)

    def take(self, follow: Callable[[ReturnCase], Change]) -> None:
        """What follows from the case as it is now is part of the change."""
        more = follow(self.done.case)
        self._add(more.case, more.entries)

    def hear_shipments(self) -> None:
        """Where the shipments stand is part of the case."""
        reports = report_shipments(self.tx, self.done.case, self.policy)
        asked = len(_facts(self.done.case).choices)
        self.take(lambda case: shipping.hear_shipments(case, reports, policy=self.policy, at=self.at))
        choice = _facts(self.done.case).open_choice
        if choice is not None and len(_facts(self.done.case).choices) > asked:
            ref, missing = self.done.case.ref, [goods.model_dump() for goods in choice.missing]
            facts = {"rma": ref.rma, "until": choice.until.isoformat(), "missing": missing}
            self.tx.announce(ref, CHOICE_ASKED, facts)

    def move_goods(self) -> None:
        """Every shipment is told to leave or to stay, and what none holds gets a new one."""
        case = self.done.case
        letters = [
            *(cancel_shipment(self.tx, case, number, at=self.at) for number in shipping.shipments_to_stop(case)),
            *(let_ship(self.tx, case, number, at=self.at) for number in shipping.shipments_to_let_go(case)),
            *(
                hold_back(self.tx, case, number, at=self.at, actor=shipping.who_holds_back(case))
                for number in shipping.shipments_to_hold_back(case)
            ),
        ]
        if shipping.is_shipment_missing(case):
            plan_goods(self.tx, case, _facts(case).let_go, self.policy, at=self.at, at_once=True)
            self.hear_shipments()
        self.done = self.done.model_copy(update={"letters": (*self.done.letters, *letters)})

    def _add(self, case: ReturnCase, entries: Sequence[TimelineEntry]) -> None:
        self.done = self.done.model_copy(update={"case": case, "entries": (*self.done.entries, *entries)})


def _promise(tx: Transaction, case: ReturnCase, policy: Policy, *, at: datetime) -> Change:
    """The promise is written down, its goods are put aside, and the customer is asked for their part."""
    if not following.is_to_promise(case):
        return Change(case=case)
    order = tx.order(case.ref.merchant, case.order_id)
    ask = exchange_ask(tx, case, order)
    if (gone := find_unavailable(ask)) is not None:
        detail = f"{gone.sku} is not on sale any more."
        return following.fall_back(case, FallbackCause.NOT_ON_SALE, detail, at=at)
    before = tx.paid_before(case.ref.merchant, case.order_id, apart_from=case.ref)
    promised = following.make_promise(case, plan_promise(order, case.lines, ask, before=before, policy=policy), at=at)
    exchange = _facts(promised.case)
    plan_goods(tx, promised.case, promised_goods(exchange), policy, at=at)
    entries, asking = list(promised.entries), promised.case
    for wish in _wishes(tx, asking, order, exchange, policy, at=at):
        asked = ask_customer(tx, asking, wish, at=at)
        entries, asking = [*entries, *asked.entries], asked.case
    return Change(case=asking, entries=tuple(entries))


def plan_goods(
    tx: Transaction,
    case: ReturnCase,
    goods: tuple[Goods, ...],
    policy: Policy,
    *,
    at: datetime,
    at_once: bool = False,
    wait_until: datetime | None = None,
) -> None:
    """One more shipment of the case is on record; with `wait_until` it waits that long for goods to come into stock."""
    plan = ShipmentPlan(
        number_in_case=len(_facts(case).shipments) + 1,
        goods=goods,
        warehouse=policy.return_address,
        reserve_until=None if at_once else policy.due(wait_until or at, policy.deadlines.reservation),
        ship_at_once=at_once,
        wait_until=wait_until,
    )
    plan_shipment(tx, case, plan, at=at)


def _wishes(
    tx: Transaction, case: ReturnCase, order: Order, exchange: ExchangeFacts, policy: Policy, *, at: datetime
) -> list[CollectionWish]:
    """What is asked of the customer before anything leaves: the difference, and in advance a hold beside."""
    asked = ((CollectionKind.CHARGE, exchange.customer_owes_minor), (CollectionKind.HOLD, exchange.hold_minor))
    return customer_wishes(tx, case, order, asked, policy, at=at)


def customer_wishes(
    tx: Transaction,
    case: ReturnCase,
    order: Order,
    asked: Sequence[tuple[CollectionKind, int]],
    policy: Policy,
    *,
    at: datetime,
) -> list[CollectionWish]:
    """These amounts of the customer, from the instrument that they named or one that they confirm; nothing for none."""
    customer_id = case.gift.customer_id if case.gift else order.customer.customer_id
    known = tx.instruments(case.ref.merchant, customer_id) if customer_id else ()
    chosen = _instrument(known, _facts(case).pay_with)
    confirm_by = None if chosen else policy.due(at, policy.deadlines.payment)
    back_by = policy.due(policy.due(at, policy.deadlines.advance), policy.deadlines.grace)
    return [
        CollectionWish(
            kind=kind,
            amount=Money(minor=minor, currency=case.currency),
            instrument=chosen.reference if chosen else "",
            customer=provider_customer(known, chosen),
            confirm_by=confirm_by,
            needed_until=back_by if kind is CollectionKind.HOLD else None,
        )
        for kind, minor in asked
        if minor
    ]


def _instrument(known: Sequence[Instrument], instrument_id: str) -> Instrument | None:
    """The instrument that the customer named, where the provider can charge it."""
    if not instrument_id:
        return None
    return next((each for each in known if each.instrument_id == instrument_id and each.method in CHARGEABLE), None)


def _settle_holds(tx: Transaction, case: ReturnCase, policy: Policy, *, at: datetime) -> Change:
    """The holds are charged with what is missing, or let go."""
    if not following.is_hold_settled_now(case):
        return Change(case=case)
    exchange, owed = _facts(case), 0
    if exchange.is_standing and case.cancelled_at is None and exchange.let_go_at is not None:
        order = tx.order(case.ref.merchant, case.order_id)
        basis = case.plan_basis if case.plan else None
        basis = basis or plan_basis(tx, case, order, policy, at=at)
        owed = due_from_hold(case, with_collected(order, basis.collected), policy=policy, basis=basis)
    return settle_case_holds(tx, case, owed, at=at)


def _withdraw(tx: Transaction, case: ReturnCase, *, at: datetime) -> Change:
    """An exchange that is over asks the customer for nothing more."""
    is_off = not _facts(case).is_standing or following.is_over(case)
    if not is_off or not is_awaiting_customer(case.collections):
        return Change(case=case)
    return withdraw_from_customer(tx, case, at=at)


def _sell(tx: Transaction, case: ReturnCase, *, at: datetime) -> Change:
    """The new goods are lines of the order, once they have left."""
    if _facts(case).sold_at is not None:
        order = tx.order(case.ref.merchant, case.order_id)
        tx.add_order_lines(case.ref.merchant, case.order_id, make_lines(case, order, at=at))
    return Change(case=case)


def _facts(case: ReturnCase) -> ExchangeFacts:
    assert case.exchange is not None, "the caller knows that it is an exchange"
    return case.exchange
