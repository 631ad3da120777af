"""The worker process: settings become adapters, adapters become activities, and Temporal hands out the work."""

from __future__ import annotations

import asyncio
import gc
import signal
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import structlog
from temporalio.client import Client
from temporalio.common import VersioningBehavior, WorkerDeploymentVersion
from temporalio.worker import Interceptor, Worker, WorkerDeploymentConfig
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.adjustments import AdjustmentSteps
from activities.carriers import CarrierSteps
from activities.cases import ReturnSteps
from activities.claims import ClaimSteps
from activities.collections import CollectionSteps
from activities.failures import PortFailures
from activities.fulfilment import FulfilmentSteps
from activities.heartbeats import Heartbeats
from activities.payment_issues import PaymentIssueSteps
from activities.payments import PaymentSteps
from activities.replacement_shipments import ReplacementShipmentSteps
from activities.warehouse import WarehouseSteps
from adapters import wiring
from adapters.temporal import connect
from config.logging import configure_logging
from config.readiness import say_ready
from config.settings import Settings, load_settings
from domain.addresses import Address
from domain.collection_port import Collections
from domain.fulfilment_port import Fulfilment
from domain.policies import Conditions
from domain.ports import Carrier, Payments, Records, Warehouse
from records.database import open_records
from workflows.adjustments import AdjustmentWorkflow
from workflows.claims import ClaimWorkflow
from workflows.exchanges import ExchangeWorkflow
from workflows.payment_issues import PaymentIssueWorkflow
from workflows.replacement_shipments import ReplacementShipmentWorkflow
from workflows.returns import ReturnWorkflow

log = structlog.get_logger()

WORKFLOWS = [
    ReturnWorkflow,
    ExchangeWorkflow,
    PaymentIssueWorkflow,
    AdjustmentWorkflow,
    ReplacementShipmentWorkflow,
    ClaimWorkflow,
]

# Activities are short and wait for the database or a provider; SQLite has one writer anyway.
ACTIVITY_THREADS = 32

# On SIGTERM running activities get this long to end; what is cut off is tried again by the next worker.
GRACE = timedelta(seconds=20)

# `domain` and `activities` are pure by lint rule (no clock, no ids, no I/O), so workflows share one copy of them.
PASSED_THROUGH = SandboxRestrictions.default.with_passthrough_modules("domain", "activities", "workflows", "pydantic")


def make_worker(
    client: Client,
    *,
    task_queue: str,
    records: Records,
    payments: Payments,
    collections: Collections,
    carrier: Carrier,
    warehouse: Warehouse,
    fulfilment: Fulfilment,
    conditions: Conditions,
    threads: ThreadPoolExecutor,
    build_id: str = "development",
    interceptors: Sequence[Interceptor] = (),
    activity_threads: int = ACTIVITY_THREADS,
    warehouses: Mapping[str, Address] | None = None,
) -> Worker:
    """A worker for every workflow and activity; the tests build theirs by the same list."""
    carriers = CarrierSteps(records, carrier, warehouses or {})
    issues = PaymentIssueSteps(records)
    collecting = CollectionSteps(records, collections)
    adjustments = AdjustmentSteps(records)
    claims = ClaimSteps(records, conditions)
    activities: list[Any] = [
        *return_activities(records, conditions),
        issues.open,
        issues.apply_event,
        issues.pass_deadline,
        issues.close,
        *(adjustments.open, adjustments.apply_event, adjustments.pass_deadline, adjustments.close),
        *(claims.open, claims.apply_event, claims.pass_deadline, claims.close),
        *(carriers.book_return_label, carriers.settle_booking, carriers.void_label),
        PaymentSteps(records, payments).refund,
        *(collecting.request, collecting.capture, collecting.release, collecting.expire, collecting.renew),
        WarehouseSteps(records, warehouse).dispose,
        *replacement_activities(records, fulfilment),
    ]
    return Worker(
        client,
        task_queue=task_queue,
        workflows=WORKFLOWS,
        activities=activities,
        activity_executor=threads,
        max_concurrent_activities=activity_threads,
        workflow_runner=SandboxedWorkflowRunner(restrictions=PASSED_THROUGH),
        interceptors=[PortFailures(), Heartbeats(), *interceptors],
        graceful_shutdown_timeout=GRACE,
        # An explicit build id also spares the start the hashing of every loaded module.
        deployment_config=WorkerDeploymentConfig(
            version=WorkerDeploymentVersion(deployment_name="aftercart", build_id=build_id),
            use_worker_versioning=False,
            default_versioning_behavior=VersioningBehavior.UNSPECIFIED,
        ),
    )


def return_activities(records: Records, conditions: Conditions) -> list[Any]:
    """What returns and exchanges do on our records alone."""
    returns = ReturnSteps(records, conditions)
    return [returns.open, returns.apply_event, returns.pass_deadline, returns.proceed, returns.close]


def replacement_activities(records: Records, fulfilment: Fulfilment) -> list[Any]:
    """What replacement shipments do, whoever promised the goods."""
    shipments = ReplacementShipmentSteps(records)
    goods_out = FulfilmentSteps(records, fulfilment)
    return [
        shipments.open,
        shipments.apply_event,
        shipments.pass_deadline,
        shipments.close,
        goods_out.reserve,
        goods_out.ship,
        goods_out.look,
        goods_out.release,
    ]


async def serve(settings: Settings, *, interceptors: Sequence[Interceptor], activity_threads: int) -> None:
    """Works until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    client = await connect(settings)
    records = open_records(settings.database_url.get_secret_value())
    with ThreadPoolExecutor(activity_threads) as threads:
        worker = make_worker(
            client,
            task_queue=settings.temporal.task_queue,
            records=records,
            payments=wiring.payments(settings),
            collections=wiring.collections(settings),
            carrier=wiring.carrier(settings),
            warehouse=wiring.warehouse(settings),
            fulfilment=wiring.fulfilment(settings),
            conditions=wiring.conditions(),
            threads=threads,
            interceptors=interceptors,
            activity_threads=activity_threads,
            warehouses=wiring.warehouse_addresses(settings),
        )
        async with worker:
            say_ready(settings, "worker")
            log.info("worker.started", task_queue=settings.temporal.task_queue)
            await stopped.wait()
            log.info("worker.stopping")


def main(*, interceptors: Sequence[Interceptor] = (), activity_threads: int = ACTIVITY_THREADS) -> None:
    """The process: logs configured, one event loop, and the client gone before the interpreter ends."""
    settings = load_settings()
    configure_logging(settings, process="worker")
    asyncio.run(serve(settings, interceptors=interceptors, activity_threads=activity_threads))
    # The SDK's runtime must be released before the interpreter tears down its threads.
    gc.collect()


if __name__ == "__main__":
    main()
