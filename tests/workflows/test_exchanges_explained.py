"""An exchange can be explained, and comes out the same when it is computed again."""

from __future__ import annotations

from domain.cases import WaitingFor
from domain.explanations import ReturnExplanation, explain_case
from tests.builders import CONDITIONS, MERCHANT, a_return_line, an_order, an_order_line
from tests.exchanges import swapped
from tests.workflows.exchanging import an_exchange
from tests.workflows.house import House


async def test_the_difference_is_explained_and_recomputed(house: House) -> None:
    """Dearer goods for one line, a refund for another: every amount is told, and nothing differs when computed anew."""
    lines = (an_order_line(sku="MUG-S-BLUE"), an_order_line("2", unit_price_minor=500))
    async with house.open_for_business():
        bazaar = await an_exchange(house, swapped(), a_return_line("2"), order=an_order(lines=lines))
        await bazaar.confirm()
        await bazaar.waits_for(WaitingFor.PARCEL)
        await house.take_in(bazaar.ref, ("1", 1), ("2", 1))
        await bazaar.ship()
        assert await bazaar.end() == "exchanged"
    basis = house.records.reads.explanation_basis(MERCHANT, bazaar.ref.rma)
    told = explain_case(basis, conditions=CONDITIONS)
    assert isinstance(told, ReturnExplanation)
    assert told.recomputation.differences == ()
    assert told.reimbursement is not None
    amounts = {str(each.kind): each.amount_minor for each in told.reimbursement.amounts}
    assert (amounts["new_goods"], amounts["collected"]) == (-1500, 300)
    assert told.reimbursement.total_minor == 500
    assert [each.title or each.sku for each in told.reimbursement.positions] == ["Mug", "Mug"]
