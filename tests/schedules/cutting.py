"""A transport that fails at one of its requests, or at several, in all the ways in which a connection fails."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from ckan_api_client.exceptions import Outcome, TransportError
from ckan_api_client.wire.messages import Request, Response
from schedules.bench import Killed, put_back
from schedules.catalog import Catalog
from schedules.transport import InProcess

_PAGE = b"<!DOCTYPE html>\n<html><head><title>Bad Gateway</title></head></html>\n"
_ERROR = b'{"success": false, "error": {"__type": "Internal Server Error", "message": "Broken"}}'
_HTML, _JSON = {"content-type": "text/html"}, {"content-type": "application/json"}

#: What is cut before CKAN has heard of the request, and what after it was carried out.
BEFORE = (
    "never sent",
    "reset before commit",
    "page 502",
    "page 200",
    "error in a 200",
    "too many",
    "kill before",
    "revoked",
)
AFTER = ("reset after commit", "cut body", "page 504 after commit", "no result", "kill after")
CUTS = (*BEFORE, *AFTER)


class Cutting(InProcess):
    """`cuts`: by the number of the request, how it fails; `hits` counts those that came to it.

    A request that is `late` is carried out by `catch_up`, long after its sender has given up on it.
    `settle_killed`, when a run was killed: of its state, that is left which was on the disk then.
    """

    def __init__(self, catalog: Catalog, token: str, state: Path, actor: str = "engine") -> None:
        super().__init__(catalog.ckan, token)
        self.cuts: dict[int, str] = {}
        self.hits: Counter[str] = Counter()
        self._catalog = catalog
        self.actor = actor
        self._state = state
        self._snapshot: dict[str, bytes] = {}
        self._late: list[tuple[Request, str]] = []

    def send(self, request: Request) -> Response:
        cut = self.cuts.pop(len(self.calls) + 1, "")
        if cut:
            self.hits[cut] += 1
        if cut == "revoked":
            self.token = "revoked"
        elif cut in BEFORE or cut == "late":
            self.take_down(request)
            return self._failed(cut, request)
        with self._catalog.audit.acting(self.actor, request.label):
            answer = super().send(request)
        return self._spoilt(cut, answer)

    def catch_up(self) -> int:
        """Carry out what is late; return how many requests that were."""
        late, self._late = self._late, []
        for request, token in late:
            with self._catalog.audit.acting(f"{self.actor}, late", request.label):
                self.carry_out(request, token)
        return len(late)

    def settle_killed(self) -> None:
        if self._snapshot:
            put_back(self._state, self._snapshot)

    def _failed(self, cut: str, request: Request) -> Response:
        if cut == "kill before":
            self.die()
        answers: dict[str, tuple[int, dict[str, str], bytes]] = {
            "page 502": (502, _HTML, _PAGE),
            "page 200": (200, _HTML, _PAGE),
            "error in a 200": (200, _JSON, _ERROR),
            "too many": (429, {**_HTML, "retry-after": "0"}, _PAGE),
        }
        if cut in answers:
            return Response(*answers[cut])
        if cut == "late":
            self._late.append((request, self.token))
        raise TransportError(cut, Outcome.NOT_SENT if cut == "never sent" else Outcome.UNKNOWN)

    def _spoilt(self, cut: str, answer: Response) -> Response:
        if cut == "kill after":
            self.die()
        if cut == "reset after commit":
            raise TransportError(cut)
        bodies: dict[str, Any] = {
            "cut body": (answer.status, _JSON, answer.body[: len(answer.body) // 2]),
            "page 504 after commit": (504, _HTML, _PAGE),
            "no result": (200, _JSON, b'{"success": true}'),
        }
        return Response(*bodies[cut]) if cut in bodies else answer

    def die(self) -> None:
        self._snapshot = {file.name: file.read_bytes() for file in self._state.parent.glob(f"{self._state.name}*")}
        raise Killed
