"""An engineer resets a run in the Temporal UI: the story is told again, and no money moves again."""

from __future__ import annotations

from temporalio.api.enums.v1 import ResetReapplyType
from temporalio.api.workflowservice.v1 import ResetWorkflowExecutionRequest
from temporalio.client import WorkflowHandle

from domain.cases import CaseRef
from domain.returns.progress import ReturnState
from tests.builders import an_order, an_order_line
from tests.workflows.house import House

# The first workflow task: everything after it is forgotten and done anew.
FROM_THE_BEGINNING = 4


async def test_a_reset_return_is_paid_and_restocked_once(house: House) -> None:
    """Reset to its beginning after it closed, with its signals told again: same end, one refund, one label."""
    house.sell(an_order(lines=(an_order_line(unit_price_minor=9900),)))
    async with house.open_for_business():
        ref = await house.ask_for()
        await house.take_in(ref)
        await house.decide(ref)
        ended = await house.end(ref)
        before = house.timeline(ref)
        assert await (await _reset(house, ref)).result() == ReturnState.CLOSED
    assert house.view(ref) == ended
    assert house.timeline(ref) == before
    assert len(house.payments.made) == 1
    assert len(house.carrier.labels) == 1
    assert len(house.warehouse.done) == 1


async def _reset(house: House, ref: CaseRef) -> WorkflowHandle[object, object]:
    """The run that begins again."""
    description = await house.handle(ref).describe()
    answer = await house.client.workflow_service.reset_workflow_execution(
        ResetWorkflowExecutionRequest(
            namespace=house.client.namespace,
            workflow_execution=description.raw_description.workflow_execution_info.execution,
            reason="test",
            workflow_task_finish_event_id=FROM_THE_BEGINNING,
            reset_reapply_type=ResetReapplyType.RESET_REAPPLY_TYPE_ALL_ELIGIBLE,
            request_id=f"reset-{ref.rma}",
        )
    )
    return house.client.get_workflow_handle(ref.workflow_id, run_id=answer.run_id)
