"""Reconciliation on a real Temporal server: what it lists, and a return that goes on after its workflow was lost."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest

from dispatch.reconciliation import SETTLED_FOR, Reconciliation
from domain.cases import CaseRef
from domain.returns.progress import ReturnState
from tests.builders import an_order, an_order_line
from tests.fakes.clock import FakeClock
from tests.workflows.house import House

LATER = timedelta(minutes=1)


async def test_a_return_goes_on_after_temporal_lost_it(house: House) -> None:
    """Its parcel was received, then Temporal's data was gone; the night mends it, and it ends with one refund."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=900),)))
    night = FakeClock(datetime.now(UTC) + SETTLED_FOR + LATER)
    reconciliation = Reconciliation(house.records, house.gateway, night)
    async with house.open_for_business():
        ref = await house.ask_for()
        await _listed(house, ref, listed=True)
        assert (await reconciliation.turn()).handled == 0
        await _lose(house, ref)
        assert not await house.gateway.is_running(ref)
        turn = await reconciliation.turn()
        assert (turn.handled, turn.problem) == (1, "")
        await house.take_in(ref)
        view = await house.end(ref)
    assert view.state == ReturnState.CLOSED
    assert len(house.payments.made) == 1
    assert len(house.carrier.labels) == 1


async def _listed(house: House, ref: CaseRef, *, listed: bool) -> None:
    """Temporal's list, which is a little late, shows the return, or does not any more."""
    async with asyncio.timeout(20):
        while (ref.workflow_id in await _running(house)) is not listed:  # noqa: ASYNC110 - the server tells nobody when its list has caught up
            await asyncio.sleep(0.05)


async def _running(house: House) -> set[str]:
    soon = datetime.now(UTC) + LATER
    return {workflow_id async for workflow_id in house.gateway.running(started_before=soon)}


async def _lose(house: House, ref: CaseRef) -> None:
    """The server knows nothing of the workflow any more."""
    run = WorkflowExecution(workflow_id=ref.workflow_id, run_id=(await house.handle(ref).describe()).run_id)
    await house.client.workflow_service.delete_workflow_execution(
        DeleteWorkflowExecutionRequest(namespace=house.client.namespace, workflow_execution=run)
    )
    await _listed(house, ref, listed=False)
