"""What became of many records, told as ckanapi tells it: a line each on standard error, a line each in a log.

On a terminal there is a bar instead, and the failures at the end.
"""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import BinaryIO

import click

from ckan_api_client.bulk.lines import compact_json
from ckan_api_client.bulk.replies import Reply
from ckan_api_client.bulk.running import Client, Running
from ckan_api_client.cli.counting import Counting
from ckan_api_client.cli.main import FATAL, INTERRUPTED, NOT_AUTHORIZED, UNDONE
from ckan_api_client.cli.output import counted, safe_text
from ckan_api_client.wire.messages import Flow

_MOST_FAILURES = 20
_DID = {"create": "created", "update": "updated"}
#: After so many records in a row without an answer of CKAN's, the others are not sent: it is away.
_MOST_UNANSWERED = 50
_UNANSWERED = frozenset({"TransportError", "ServerError", "RateLimited"})
_LONGEST_RESPONSE = 200


@dataclass(frozen=True, slots=True)
class Style:
    """What the lines of a command hold, between the rate and the end of the line; and those of its log."""

    shown: Callable[[Reply], str]
    logged: Callable[[Reply], list[object]]
    #: What a success is called in the counts, where the action does not say.
    done: str = "done"


def _response(reply: Reply) -> str:
    return compact_json(reply.response).decode() if reply.response else ""


def _name(reply: Reply) -> object:
    return reply.response.get("name", "") if isinstance(reply.response, dict) and reply.error is None else None


WITH_ACTION = Style(
    lambda reply: f"{reply.action} {reply.error} {_response(reply)}",
    lambda reply: [reply.action, reply.error, reply.response],
)
WITH_RESPONSE = Style(
    lambda reply: f"{reply.error} {_response(reply)}", lambda reply: [reply.error, reply.response], "deleted"
)
WITH_NAME = Style(
    lambda reply: f"{reply.error} {_name(reply) or ''}", lambda reply: [reply.error, _name(reply)], "written"
)


@dataclass(slots=True)
class Telling:
    """Tells of each record what became of it, and counts; one for a command."""

    style: Style
    counting: Counting
    log: BinaryIO | None
    is_quiet: bool
    #: Over so many records the rate is taken.
    window: int
    done: int = 0
    failed: int = 0
    #: The numbers of the last records, in a row, that got no answer.
    unanswered: list[int] = field(default_factory=list)
    _only_unauthorized: bool = True
    _failures: list[str] = field(default_factory=list)
    _stamps: deque[float] = field(default_factory=deque)

    def __call__(self, number: int, reply: Reply, places: list[int | None]) -> None:
        if not self.is_quiet and not sys.stderr.isatty():
            line = f"{number} {places} {self._rate()} {self.style.shown(reply)}\n"
            click.echo(line.encode(errors="backslashreplace"), nl=False, err=True)
        if reply.error in _UNANSWERED:
            self.unanswered.append(number)
        else:
            self.unanswered.clear()
        if reply.error is None:
            self.done += 1
        else:
            self.failed += 1
            self._only_unauthorized &= reply.error == "NotAuthorized"
            if len(self._failures) < _MOST_FAILURES:
                told = compact_json(reply.response).decode() if reply.response else ""
                self._failures.append(f"{number}: {reply.error} {safe_text(told, _LONGEST_RESPONSE)}")
        if not self.is_quiet:
            did = _DID.get(reply.action or "", self.style.done)
            self.counting.advance("failed" if reply.error else did)
        if self.log is not None:
            self._note(self.log, compact_json([reply.timestamp, number, *self.style.logged(reply)]) + b"\n")

    def has_answers(self) -> bool:
        """Tell whether the catalog still answers."""
        return len(self.unanswered) < _MOST_UNANSWERED

    def say_stopped(self, advice: str) -> None:
        click.echo(f"Stopped: CKAN gave no answer to {len(self.unanswered)} records in a row. {advice}", err=True)

    @property
    def exit_code(self) -> int:
        """0 all done, or nothing to do; 3 some failed; of none done, 6 if the token may do none of it, else 1."""
        if not self.failed:
            return 0
        if self.done:
            return UNDONE
        return NOT_AUTHORIZED if self._only_unauthorized else FATAL

    def end(self) -> None:
        """On a terminal, say in the end what failed, and how many there were of what."""
        if self.is_quiet or not sys.stderr.isatty():
            return
        lines = [f"  {line}" for line in self._failures]
        if self.failed > len(self._failures):
            lines.append(f"  and {self.failed - len(self._failures):,} more failures: --log FILE keeps them all")
        click.echo("\n".join([self.counting.told() or "nothing to do", *lines]), err=True)

    def _note(self, log: BinaryIO, line: bytes) -> None:
        try:
            log.write(line)
        except OSError as error:
            self.log = None
            raise click.FileError(log.name, f"the log is not complete: {error.strerror or error}") from error

    def _rate(self) -> str:
        self._stamps.append(time.monotonic())
        if len(self._stamps) <= self.window:
            return "---"
        return f"{(self._stamps[-1] - self._stamps.popleft()) / self.window:4.2f}s"


@contextmanager
def telling(
    doing: str, style: Style, *, unit: str, log: Path | None, is_quiet: bool, window: int, total: int | None = None
) -> Iterator[Telling]:
    """Give a `Telling`, with its log open and its bar under way. Raises UsageError where the log cannot be written."""
    with ExitStack() as stack:
        file = None
        if log is not None:
            try:
                file = stack.enter_context(log.open("ab", buffering=0))
            except OSError as error:
                raise click.FileError(str(log), error.strerror or str(error)) from error
        told = Telling(style, Counting(doing, total, unit=unit, is_quiet=is_quiet), file, is_quiet, window)
        with told.counting:
            yield told
    told.end()


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C and SIGTERM off until the end of a block, where they are raised."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Only the main thread is interrupted.
        return
    came: list[int] = []
    before = {one: signal.signal(one, lambda number, _: came.append(number)) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler if handler is not None else signal.SIG_DFL)
    if came:
        raise KeyboardInterrupt


def carry_records(
    client: Client,
    numbered: Iterable[tuple[int, Flow[Reply]]],
    told: Telling,
    *,
    at_once: int,
    before: int = 0,
) -> None:
    """Carry out what is to be done with each record, and tell of each.

    On Ctrl-C, what is under way is finished and told, then it is said where to go on.
    """
    running: Running[Reply] = Running(client, limit=at_once, tell=told, shield=uninterrupted)
    try:
        running.carry_out(takewhile(lambda _: told.has_answers(), numbered), before=before)
    except KeyboardInterrupt:
        did = f"{counted(told.done, 'record')} done, {told.failed:,} failed"
        click.echo(f"\nInterrupted: {did}. Go on with --start-record {running.resume_at}", err=True)
        sys.exit(INTERRUPTED)
    except Exception:
        if told.done or told.failed:
            click.echo(f"Stopped: go on with --start-record {running.resume_at}", err=True)
        raise
    if not told.has_answers():
        told.say_stopped(f"Go on with --start-record {min(told.unanswered)} when it is back")
