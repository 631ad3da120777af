"""Exchanges on paper: promised, paid, looked at and settled, without a database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.cases import CaseKind
from domain.catalogue.prices import PricedGoods
from domain.collection_plans import with_collected
from domain.exchanges.facts import ExchangeAsk, ExchangeFacts, WantedGoods, WantedOffer
from domain.exchanges.promises import plan_promise
from domain.exchanges.settling import collected_by, goods_to_ship, plan_exchange, promised_goods
from domain.goods_back.dock import Receipt, ReceivedUnits
from domain.goods_back.facts import Condition, Grade, InspectedUnits, Inspection
from domain.orders import Order, Payment
from domain.policies import Method, Policy
from domain.reimbursements import PaidBefore
from domain.returns.case import PlanBasis, ReturnCase, ReturnLine
from tests.builders import ASKED, DOCK, a_policy, an_authorized_return

PLAIN = a_policy()
NOTHING_BEFORE = PaidBefore()


def offered(line_id: str, total_minor: int, *, quantity: int = 1, currency: str = "GBP") -> WantedOffer:
    """New goods for the line that cost so much in all."""
    price = PricedGoods(
        sku="NEW",
        quantity=quantity,
        currency=currency,
        unit_price_minor=total_minor // quantity,
        taxes=(),
        total_minor=total_minor,
    )
    return WantedOffer(line_id=line_id, sku="NEW", quantity=quantity, product_id="new", price=price)


def swapping(line_id: str, units: int) -> ReturnLine:
    """A line of which so many units are exchanged."""
    wanted = (WantedGoods(sku="NEW"),)
    return ReturnLine(line_id=line_id, quantity=units, reason="changed_mind", resolution=Method.EXCHANGE, wanted=wanted)


def promised(
    order: Order,
    lines: Sequence[ReturnLine],
    offers: Sequence[WantedOffer],
    *,
    policy: Policy = PLAIN,
    before: PaidBefore = NOTHING_BEFORE,
    in_advance: bool = False,
    rma: str = "3456-789F",
) -> ReturnCase:
    """The exchange as it was promised; in advance, its goods have left."""
    ask = ExchangeAsk(offers=tuple(offers), in_advance=in_advance)
    promise = plan_promise(order, lines, ask, before=before, policy=policy)
    facts = ExchangeFacts(
        in_advance=in_advance, promised_at=ASKED, agreed_at=ASKED, swaps=promise.swaps, difference=promise.difference
    )
    if in_advance:
        facts = facts.with_facts(let_go=promised_goods(facts), let_go_at=ASKED, sold_at=ASKED)
    case = an_authorized_return(lines=tuple(lines), rma=rma, order_id=order.order_id, currency=order.currency)
    return case.with_facts(exchange=facts, ref=case.ref.model_copy(update={"kind": CaseKind.EXCHANGE}))


def paid_for(case: ReturnCase, minor: int | None = None) -> tuple[Payment, ...]:
    """What the customer paid for it: what they owed, if no more is said."""
    assert case.exchange is not None
    owed = case.exchange.customer_owes_minor if minor is None else minor
    return (Payment(payment_id=f"{case.ref.rma}.1", reference="pi_x", captured_minor=owed),) if owed else ()


def settled(
    case: ReturnCase,
    order: Order,
    accepted: Mapping[str, int],
    *,
    policy: Policy = PLAIN,
    before: PaidBefore = NOTHING_BEFORE,
    collected: Sequence[Payment] | None = None,
    held_minor: int = 0,
) -> ReturnCase:
    """It is closed: so many units were accepted of those that came, and the rest were not."""
    case = looked_at(case, accepted)
    paid = tuple(paid_for(case) if collected is None else collected)
    basis = PlanBasis(order_version=1, before=before, collected=paid, held_minor=held_minor)
    plan = plan_exchange(case, with_collected(order, paid), policy=policy, basis=basis)
    case = case.with_facts(plan=plan, plan_basis=basis, closed_at=ASKED)
    goods = goods_to_ship(case)
    assert case.exchange is not None
    if goods and case.exchange.let_go_at is None:
        case = case.with_facts(exchange=case.exchange.with_facts(let_go=goods, let_go_at=ASKED, sold_at=ASKED))
    return case


def looked_at(case: ReturnCase, accepted: Mapping[str, int]) -> ReturnCase:
    """Everything came, and so many units of each line were accepted."""
    units = tuple(ReceivedUnits(line_id=line.line_id, quantity=line.quantity) for line in case.lines)
    receipt = Receipt(event_id="r", at=ASKED, actor=DOCK, units=units)
    found = [
        InspectedUnits(
            line_id=line.line_id, quantity=count, condition=Condition.AS_NEW, grade=Grade.A, accepted=is_good
        )
        for line in case.lines
        for is_good in (True, False)
        if (count := accepted.get(line.line_id, 0) if is_good else line.quantity - accepted.get(line.line_id, 0))
    ]
    inspection = Inspection(event_id="i", at=ASKED, actor=DOCK, units=tuple(found))
    return case.with_goods(receipts=(receipt,), inspections=(inspection,))


def collected_minor(case: ReturnCase, payments: Sequence[Payment]) -> int:
    """What the case itself collected."""
    return collected_by(case, payments)
