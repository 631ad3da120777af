"""A gate that every activity and every provider request of a return passes, and where one of them can be held.

The worker of these tests reports the beginning and the end of each activity; the adapters reach the sandbox through it
as a proxy. Held requests wait until the test has killed a process.
"""

from __future__ import annotations

import functools
import json
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2

RMA = re.compile(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}")
PROVIDER_ID = re.compile(r"shp_[A-Za-z0-9]+")
HELD_FOR_SECONDS = 120.0
DROPPED_HEADERS = {"host", "connection", "content-length", "transfer-encoding", "content-encoding", "date", "server"}


@dataclass(frozen=True, order=True)
class Point:
    """A place in the story of one return: before or after an activity, or a provider's commit; `nth` counts repeats."""

    what: str
    moment: str
    nth: int = 1

    def __str__(self) -> str:
        return f"{self.moment} {self.what}" + (f" ({self.nth})" if self.nth > 1 else "")


@dataclass
class Hold:
    """One point at which one return is held, once."""

    point: Point
    # Which of several workers came there.
    by: str = ""
    reached: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)


class Gate:
    """Knows which return each request belongs to, remembers the points it passed by order, and holds it at one of them.

    `order_of` tells the order of an RMA: tests know their orders before there is an RMA.
    """

    def __init__(self, sandbox: str, order_of: Callable[[str], str]) -> None:
        self.sandbox = sandbox
        self._order_of = functools.cache(order_of)
        self.holds: dict[str, Hold] = {}
        self.passed: defaultdict[str, list[Point]] = defaultdict(list)
        self.drop_held = False
        self._rma_of_id: dict[str, str] = {}
        self._lock = threading.Lock()

    def hold(self, order_id: str, point: Point) -> Hold:
        """The return of that order will be held when it comes to the point."""
        self.holds[order_id] = Hold(point)
        return self.holds[order_id]

    def is_watched(self, rma: str) -> bool:
        """Whether the return will be held somewhere, or was."""
        return self._order_of(rma) in self.holds

    def arrive(self, rma: str, what: str, moment: str, *, by: str = "") -> bool:
        """Passes at once, or after the hold; False when what was held is to be lost."""
        order_id = self._order_of(rma)
        with self._lock:
            nth = 1 + sum(point.what == what and point.moment == moment for point in self.passed[order_id])
            point = Point(what, moment, nth)
            self.passed[order_id].append(point)
            hold = self.holds.get(order_id)
        if hold is None or hold.point != point or hold.released.is_set():
            return True
        hold.by = by
        hold.reached.set()
        hold.released.wait(HELD_FOR_SECONDS)
        return not self.drop_held

    def owner(self, text: str) -> str | None:
        """The return that a request is about: by its RMA, or by an id that the provider gave it."""
        if found := RMA.search(text):
            return found.group()
        known = (self._rma_of_id[id] for id in PROVIDER_ID.findall(text) if id in self._rma_of_id)
        return next(known, None)

    def learn(self, rma: str, answer: bytes) -> None:
        """Ids in a provider's answer belong to that return."""
        for id in PROVIDER_ID.findall(answer.decode(errors="replace")):
            self._rma_of_id.setdefault(id, rma)


class GateServer(ThreadingHTTPServer):
    """Serves one gate."""

    daemon_threads = True

    def __init__(self, gate: Gate) -> None:
        super().__init__(("127.0.0.1", 0), GateHandler)
        self.gate = gate


@contextmanager
def serving(gate: Gate) -> Iterator[str]:
    """The gate listens; its address."""
    server = GateServer(gate)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


class GateHandler(BaseHTTPRequestHandler):
    """Boundaries of activities at /boundary; everything else is passed on to the sandbox."""

    protocol_version = "HTTP/1.1"
    server: GateServer

    def do_GET(self) -> None:
        """A request that commits nothing."""
        self._forward(commits=False)

    def do_POST(self) -> None:
        """A boundary, or a request that commits something at a provider."""
        if self.path != "/boundary":
            self._forward(commits=True)
            return
        told = json.loads(self._body())
        self.server.gate.arrive(told["rma"], told["activity"], told["moment"], by=told.get("worker", ""))
        self._answer(200, {}, json.dumps({"watched": self.server.gate.is_watched(told["rma"])}).encode())

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are in the processes' own logs."""

    def _forward(self, *, commits: bool) -> None:
        gate, body = self.server.gate, self._body()
        rma = gate.owner(f"{self.path} {body.decode(errors='replace')}")
        held = rma if commits else None
        what = f"{self.command} {_shape(self.path)}"
        lost = held is not None and not gate.arrive(held, what, "before")
        answer = None if lost else self._ask_sandbox(body)
        if answer is None:
            self.close_connection = True
            return
        if rma is not None:
            gate.learn(rma, answer.content)
        if held is not None:
            gate.arrive(held, what, "after")
        self._answer(answer.status_code, _passed_on(answer.headers), answer.content)

    def _ask_sandbox(self, body: bytes) -> httpx2.Response | None:
        try:
            with httpx2.Client(base_url=self.server.gate.sandbox, trust_env=False, timeout=30) as client:
                return client.request(self.command, self.path, content=body, headers=_passed_on(self.headers))
        except httpx2.TransportError:
            return None

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("content-length") or 0))

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            # Whoever asked was killed meanwhile.
            self.close_connection = True


def _passed_on(headers: Any) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in DROPPED_HEADERS}


def _shape(path: str) -> str:
    """The path without its ids and query, so that the same request of two returns has one name."""
    plain = path.split("?")[0]
    return RMA.sub("RMA", PROVIDER_ID.sub("ID", plain))
