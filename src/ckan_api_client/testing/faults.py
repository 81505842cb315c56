"""What can go wrong between a client and a CKAN, on demand: which calls, when, and what happens to them."""

import random
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from .actions import ACTIONS

KINDS: Final = {
    "lost-before-commit": "the connection breaks, and nothing was done",
    "lost-after-commit": "it is done, and the connection breaks instead of an answer",
    "search-error": "409 Search Error, and nothing was done",
    "internal-error": "500 Internal Server Error, and nothing was done",
    "solr-down": "no Solr: searches and writes fail with 500, package_show and no-op updates do not",
    "html": "an HTML page with this status (502), and nothing was done",
    "html-after-commit": "it is done, and the answer is an HTML page with this status (504)",
    "cut": "the answer breaks off after this many bytes (0)",
    "drip": "the answer comes byte by byte, with this many seconds between (0.1)",
    "slow": "the answer comes after this many seconds (1)",
    "too-many": "429, with a Retry-After of this many seconds (1), and nothing was done",
    "revoked": "the token is not known: the call is that of somebody anonymous",
    "redirect": "301 to the same address with https",
    "index-lag": "what is written shows in the index after this many seconds (1)",
    "index-loss": "what is written never gets into the index",
}
_DEFAULTS: Final = {
    "html": 502.0,
    "html-after-commit": 504.0,
    "cut": 0.0,
    "drip": 0.1,
    "slow": 1.0,
    "too-many": 1.0,
    "index-lag": 1.0,
}
_WHEN: Final = re.compile(r"(?P<every>\*)|(?P<number>[1-9]\d*)(?P<onwards>\+?)|(?P<percent>\d+(?:\.\d+)?)%")


@dataclass(frozen=True)
class Fault:
    """A rule. `first` and `last` count the calls of these actions, from 1; `last` None goes on for ever.

    `actions` are names of actions, or `*`, `reads`, `writes`. `share` below 1 hits only that part of the calls, drawn
    by `seed`. `value` is what the kind needs: a status, a number of bytes, seconds.
    """

    actions: frozenset[str]
    kind: str
    first: int = 1
    last: int | None = None
    share: float = 1.0
    value: float | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(KINDS)}")
        unknown = sorted(self.actions - {"*", "reads", "writes"} - set(ACTIONS))
        if unknown:
            raise ValueError(f"no action {', '.join(unknown)} here, so the fault would never befall it")

    @classmethod
    def parse(cls, text: str) -> "Fault":
        """Read `ACTIONS:WHEN:KIND[=VALUE]`, such as `package_create:2:lost-after-commit` or `reads:5%:slow=0.2`.

        ACTIONS are names with commas between, or `*`, `reads`, `writes`. WHEN is `2` (the second call), `2+` (it and
        all after it), `*` (all) or `5%` (of all).
        """
        actions, _, rest = text.partition(":")
        when, _, what = rest.partition(":")
        kind, _, value = what.partition("=")
        found = _WHEN.fullmatch(when)
        if not actions or found is None or not kind:
            raise ValueError(f"{text!r} is no fault; write ACTIONS:WHEN:KIND[=VALUE], as package_create:2:html=502")
        number = int(found["number"] or 1)
        return cls(
            actions=frozenset(actions.split(",")),
            kind=kind,
            first=number,
            last=number if found["number"] and not found["onwards"] else None,
            share=float(found["percent"]) / 100 if found["percent"] else 1.0,
            value=float(value) if value else None,
        )

    def amount(self) -> float:
        return _DEFAULTS.get(self.kind, 0.0) if self.value is None else self.value

    def is_about(self, action: str, *, writes: bool) -> bool:
        return bool(self.actions & {action, "*", "writes" if writes else "reads"})


class Faults:
    """The rules in force, and how often each has seen a call of its actions."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[tuple[Fault, Callable[[], float]]] = []
        self._seen: list[int] = []
        self.hits: list[tuple[str, str]] = []

    def add(
        self,
        actions: str | Iterable[str] | Fault,
        kind: str = "",
        *,
        first: int = 1,
        last: int | None = None,
        share: float = 1.0,
        value: float | None = None,
        seed: int = 0,
    ) -> Fault:
        """Add a rule, as a `Fault` or by its parts, and return it; without first and last it holds for every call."""
        if isinstance(actions, Fault):
            fault = actions
        else:
            names = frozenset({actions} if isinstance(actions, str) else actions)
            fault = Fault(names, kind, first, last, share, value, seed)
        with self._lock:
            self._rules.append((fault, random.Random(fault.seed).random))  # noqa: S311 - reproducible, not secret
            self._seen.append(0)
        return fault

    def once(self, actions: str | Iterable[str], kind: str, *, at: int = 1, value: float | None = None) -> Fault:
        """Add a rule for one call only: the next, or the `at`-th from now."""
        return self.add(actions, kind, first=at, last=at, value=value)

    def clear(self) -> None:
        with self._lock:
            self._rules.clear()
            self._seen.clear()
            self.hits.clear()

    def of_call(self, action: str, *, writes: bool) -> list[Fault]:
        """Count a call, and return the faults that befall it."""
        found = []
        with self._lock:
            for number, (fault, chance) in enumerate(self._rules):
                if not fault.is_about(action, writes=writes):
                    continue
                self._seen[number] += 1
                count = self._seen[number]
                if count < fault.first or (fault.last is not None and count > fault.last):
                    continue
                if fault.share >= 1 or chance() < fault.share:
                    found.append(fault)
                    self.hits.append((action, fault.kind))
        return found
