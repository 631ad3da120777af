"""A replay from file to figures: reads the credit notes, plays them with bounded concurrency, waits until all is settled."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import as_completed as completed
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from adapters.storefronts.files.credits import CreditNoteMapping, read_credit_notes
from adapters.storefronts.files.mapping import MappingError, load_mapping
from adapters.storefronts.files.rows import UnreadableFile
from cli.failures import CommandFailed
from cli.progress import Advance, shown_progress
from cli.replay.asked import Asked
from cli.replay.callers import Callers
from cli.replay.figures import Figures, count_figures
from cli.replay.player import Outcome, Played, Player
from domain.cases import Role

# When for so long no return has moved on, none will.
SETTLE_PATIENCE_SECONDS = 60.0
LOOK_EVERY_SECONDS = 0.5
# Stripe's words for refunds that took the money, or will.
TAKEN = ("succeeded", "pending")


def read_asked(path: Path, mapping_file: Path, *, limit: int | None) -> Asked:
    """The requests behind the first `limit` credit notes of the file. Raises CommandFailed when a row is bad."""
    asked = Asked()
    try:
        mapping = load_mapping(mapping_file, CreditNoteMapping)
        with TemporaryDirectory() as folder:
            for note in islice(read_credit_notes(path, mapping, Path(folder)), limit):
                if isinstance(note, list):
                    bad = note[0]
                    raise CommandFailed(f"{path.name} line {bad.line}, column {bad.column or '-'}: {bad.reason}")
                asked.add(note)
    except (MappingError, UnreadableFile, OSError) as error:
        raise CommandFailed(str(error)) from None
    return asked


def replay(asked: Asked, callers: Callers, player: Player, *, concurrency: int, console: Console) -> Figures:
    """Every request was made and played to its end, and read back. Raises CommandFailed."""
    began = time.monotonic()
    played: list[Played] = []
    with ThreadPoolExecutor(concurrency) as pool:
        with shown_progress(console, "Playing returns", len(asked.returns)) as advance:
            jobs = [pool.submit(player.play_order, chain) for chain in asked.by_order()]
            for chain in _finished(jobs):
                played += chain
                advance(len(chain))
        with shown_progress(console, "Settling returns", len(played)) as advance:
            _settle(played, pool, player, advance)
        authorized = [each for each in played if each.outcome is Outcome.AUTHORIZED]
        list(pool.map(lambda each: _read_ledger(each, callers), authorized))
    for each in played:
        if each.problem:
            console.print(f"{each.asked.key}: {each.problem}", style="yellow", markup=False, soft_wrap=True)
    refunds = [refund for refund in callers.refunds() if refund["payment_intent"] in player.payments]
    return count_figures(
        asked,
        played,
        provider_minor=sum(refund["amount"] for refund in refunds if refund["status"] in TAKEN),
        repeated_calls=callers.repeated,
        seconds=time.monotonic() - began,
    )


def ledger_minor(entries: Iterable[dict[str, object]]) -> int:
    """What the ledger says has gone out: per payout, what was accepted or settled and not taken back."""
    gone: dict[object, int] = {}
    for entry in entries:
        amount, payout = int(str(entry["amount_minor"])), entry["payout"]
        if entry["kind"] in ("refund_accepted", "refund_settled"):
            gone[payout] = amount
        elif entry["kind"] in ("refund_failed", "refund_reversed"):
            gone.pop(payout, None)
    return sum(gone.values())


def _finished(jobs: Sequence[Future[list[Played]]]) -> Iterator[list[Played]]:
    try:
        for job in completed(jobs):
            yield job.result()
    finally:
        # After Ctrl-C nobody waits for what has not begun.
        for job in jobs:
            job.cancel()


def _settle(played: Sequence[Played], pool: ThreadPoolExecutor, player: Player, advance: Advance) -> None:
    """Every return was read again, once it was settled or when it no longer moved."""
    waiting = [each for each in played if not each.is_settled]
    advance(len(played) - len(waiting))
    give_up = time.monotonic() + SETTLE_PATIENCE_SECONDS
    while waiting:
        list(pool.map(player.read, waiting))
        still = [each for each in waiting if not each.is_settled]
        if len(still) < len(waiting):
            advance(len(waiting) - len(still))
            give_up = time.monotonic() + SETTLE_PATIENCE_SECONDS
        elif time.monotonic() > give_up:
            return
        waiting = still
        if waiting:
            time.sleep(LOOK_EVERY_SECONDS)


def _read_ledger(played: Played, callers: Callers) -> None:
    path = f"/v1/returns/{played.case['rma']}/ledger"
    played.ledger_minor = ledger_minor(callers.call(Role.FINANCE, "GET", path, what="read ledger").body["entries"])
