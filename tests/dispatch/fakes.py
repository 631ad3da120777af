"""Running stories that remember what they were told, and a webhook receiver on loopback."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from domain.cases import CaseRef, InboxEvent
from records.database import SqlRecords
from tests.records.builders import move, progress


@dataclass
class FakeStories:
    """Cases whose workflows run; `ended` ones cannot be started again; `trouble` is raised once by the next call."""

    records: SqlRecords
    running_now: set[CaseRef] = field(default_factory=set)
    listed: set[str] | None = None
    ended: set[CaseRef] = field(default_factory=set)
    delivered: list[str] = field(default_factory=list)
    opened: list[CaseRef] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)

    async def open(self, ref: CaseRef) -> None:
        """The case is decided, as a worker would."""
        self._stumble()
        self.opened.append(ref)
        if ref in self.ended:
            return
        self.running_now.add(ref)
        if self.records.reads.return_case(ref.merchant, ref.rma).version == 1:
            move(self.records, ref, progress())

    async def deliver(self, ref: CaseRef, event: InboxEvent) -> bool:
        """True when the case runs."""
        self._stumble()
        if ref not in self.running_now:
            return False
        self.delivered.append(event.event_id)
        return True

    async def running(self, *, started_before: datetime) -> AsyncIterator[str]:
        """What Temporal lists, which may be late."""
        self._stumble()
        for workflow_id in self.listed if self.listed is not None else {ref.workflow_id for ref in self.running_now}:
            yield workflow_id

    async def is_running(self, ref: CaseRef) -> bool:
        """Whether it runs at this instant."""
        return ref in self.running_now

    def _stumble(self) -> None:
        if self.trouble:
            raise self.trouble.pop(0)


@dataclass
class Receiver:
    """A shop's server: what it got, and the status that it answers next (200 when it has none to give)."""

    url: str
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)


@contextmanager
def a_receiver() -> Iterator[Receiver]:
    """A webhook receiver on a free port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    receiver = Receiver(url=f"http://127.0.0.1:{server.server_port}/hooks")
    server.receiver = receiver  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    thread.join()
    server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        receiver: Receiver = self.server.receiver  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["content-length"]))
        receiver.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(receiver.statuses.pop(0) if receiver.statuses else 200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Tests are quiet."""
