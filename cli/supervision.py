"""Running the stack for a person: shows the start, restarts what dies, stops everything on Ctrl-C."""

from __future__ import annotations

import signal
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as ProgressDisplay
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from cli.failures import PartFailed
from cli.parts import Part
from cli.stack import Progress, Stack
from config.settings import Settings

# Every part may die at any moment without loss, so it is simply started again. One that dies as often as this does not
# suffer an accident: going on would hide the reason below repetitions of it.
DEATHS = 3
WITHIN_SECONDS = 60.0
LOOK_EVERY = 0.5


@contextmanager
def running_stack(settings: Settings, console: Console) -> Iterator[Stack]:
    """A healthy stack, its start shown part by part; stopped at the end, at once on a second Ctrl-C.

    Raises DataFolderInUse, PortTaken, NoTemporalBinary or PartFailed when it cannot be started.
    """
    _end_by_signal()
    stack = Stack(settings)
    try:
        with _shown_progress(stack, console):
            stack.start()
        yield stack
    finally:
        _stop(stack, console)


def keep_running(stack: Stack, console: Console) -> None:
    """Blocks until Ctrl-C (KeyboardInterrupt). A part that dies is reported and started again.

    Raises PartFailed when a part dies again and again.
    """
    deaths: dict[Part, deque[float]] = defaultdict(lambda: deque(maxlen=DEATHS))
    while True:
        for part in stack.dead():
            obituary = stack.obituary(part)
            deaths[part].append(time.monotonic())
            if len(deaths[part]) == DEATHS and deaths[part][-1] - deaths[part][0] < WITHIN_SECONDS:
                raise PartFailed(f"{part} died {DEATHS} times within {WITHIN_SECONDS:.0f} s. {obituary}")
            console.print(obituary, style="yellow", markup=False, highlight=False, soft_wrap=True)
            if _comes_back(part, stack):
                console.print(f"{part} is running again.")
        time.sleep(LOOK_EVERY)


def _end_by_signal() -> None:
    # A service manager or a closed terminal ends us as Ctrl-C does, in order. Python leaves Ctrl-C alone where a shell
    # started us in the background; `kill -INT` must end us all the same. What `nohup` set stays.
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, signal.default_int_handler)


def _stop(stack: Stack, console: Console) -> None:
    if not stack.is_begun:
        return
    try:
        with console.status("Stopping"):
            stack.stop()
    except KeyboardInterrupt:
        stack.stop(at_once=True)
    console.print("Everything is stopped.", style="dim")


def _comes_back(part: Part, stack: Stack) -> bool:
    try:
        stack.restart(part)
    except PartFailed:
        # Dead once more, it is reported and counted in the next round; alive but never ready, nothing will help it.
        if part not in stack.dead():
            raise
        return False
    return True


@contextmanager
def _shown_progress(stack: Stack, console: Console) -> Iterator[None]:
    columns = (SpinnerColumn(finished_text="+"), TextColumn("{task.fields[part]:<9} {task.fields[state]}"))
    with ProgressDisplay(*columns, TimeElapsedColumn(), console=console) as display:
        rows: dict[Part, TaskID] = {}

        def show(part: Part, progress: Progress) -> None:
            if part not in rows:
                rows[part] = display.add_task("", total=1, part=part, state="")
            display.update(rows[part], state=progress.value, completed=progress is Progress.READY)

        stack.on_progress = show
        yield
