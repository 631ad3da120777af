"""One log line per milestone, as `noun.verb` with keys; JSON for machines, pretty on a terminal, nothing personal."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger
from temporalio import activity, workflow

from config.groups import LogFormat
from config.redaction import redact

if TYPE_CHECKING:
    from config.settings import Settings

# Libraries that tell each step of each call at INFO; their warnings are still wanted.
CHATTY = ("httpx", "httpx2", "httpcore2", "stripe", "easypost", "urllib3", "alembic.runtime.plugins")


def configure_logging(settings: Settings, *, process: str) -> None:
    """Everything that this process logs, through structlog or the standard library, goes to standard error our way.

    Call it once, first thing. `process` (api, worker, dispatch, sandbox) is on every line.
    """
    shared = _shared_processors(process)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(settings.log.level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings.log.format, foreign=[*shared[:-1], structlog.stdlib.ExtraAdder(), redact]))
    handler.addFilter(is_first_time)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log.level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    # `temporal_context` says the same as keys; in the message it would break the grouping of equal events.
    workflow.logger.workflow_info_on_message = workflow.logger.workflow_info_on_extra = False
    activity.logger.activity_info_on_message = activity.logger.activity_info_on_extra = False


def is_first_time(_record: logging.LogRecord) -> bool:
    """False for a line that a replay of history writes a second time."""
    return not (workflow.in_workflow() and workflow.unsafe.is_replaying_history_events())


def temporal_context(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """The line names the workflow or the activity that wrote it."""
    if workflow.in_workflow():
        story = workflow.info()
        event.update(workflow_id=story.workflow_id, run_id=story.run_id)
    elif activity.in_activity():
        step = activity.info()
        event.update(workflow_id=step.workflow_id, run_id=step.workflow_run_id)
        event.update(activity=step.activity_type, attempt=step.attempt)
    return event


def _shared_processors(process: str) -> list[Processor]:
    def name_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event.setdefault("process", process)
        return event

    return [
        structlog.contextvars.merge_contextvars,
        temporal_context,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        name_process,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        redact,
    ]


def _formatter(chosen: LogFormat, *, foreign: list[Processor]) -> structlog.stdlib.ProcessorFormatter:
    pretty = chosen is LogFormat.PRETTY or (chosen is LogFormat.AUTO and sys.stderr.isatty())
    renderer: Processor = structlog.dev.ConsoleRenderer() if pretty else structlog.processors.JSONRenderer()
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=foreign,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
    )
