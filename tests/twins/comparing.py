"""Plays a sequence on the embedded and on a real CKAN, up to the first step that they answer differently."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from twins.differences import known_difference
from twins.playing import PRELUDE, Player, known_ids
from twins.sides import Side
from twins.steps import Step, Steps, literal


@dataclass(frozen=True)
class Finding:
    """The first step (None: what the database holds at the end) that was answered differently, and the two answers."""

    steps: Steps
    step: Step | None
    embedded: Any
    real: Any

    @property
    def places(self) -> list[str]:
        return [f"{path}: embedded {ours}, real {theirs}" for path, ours, theirs in differing(self.embedded, self.real)]

    @property
    def kind(self) -> str:
        """What is equal for findings that are likely the same."""
        paths = [path for path, _, _ in differing(self.embedded, self.real)]
        return f"{self.step.action if self.step else 'the end'} {' '.join(paths[:2])}"

    def __str__(self) -> str:
        return "\n".join([f"{self.step or 'at the end'}", *self.places[:8], literal(self.steps)])


@dataclass
class Twins:
    """An embedded CKAN and a real one that are asked the same."""

    embedded: Side
    real: Side
    known: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._known_ids = [known_ids(side) for side in (self.embedded, self.real)]

    def compare(self, steps: Steps) -> Finding | None:
        """Return the first difference that is not known, or None. What was made is purged."""
        prefix = f"twin{uuid.uuid4().hex[:10]}"
        players = [
            Player(side, prefix, known) for side, known in zip((self.embedded, self.real), self._known_ids, strict=True)
        ]
        try:
            return self._first_difference(steps, *players)
        finally:
            for player in players:
                player.purge()

    def _first_difference(self, steps: Steps, embedded: Player, real: Player) -> Finding | None:
        for number, step in enumerate((*PRELUDE, *steps)):
            ours, theirs = embedded.play(step), real.play(step)
            self.kinds[step.label()] += number >= len(PRELUDE)
            self.statuses[f"{step.action} {theirs['status']}"] += 1
            if ours != theirs:
                name = known_difference(step, ours, theirs)
                if name is None:
                    return Finding(steps[: max(number - len(PRELUDE) + 1, 0)], step, ours, theirs)
                self.known[name] += 1
                for player in (embedded, real):
                    player.forget_symbols()
                if ours.get("state") != theirs.get("state") or ours["status"] != theirs["status"]:
                    return None  # from here on they would differ for the same reason
        at_end = embedded.look_at_everything(), real.look_at_everything()
        return Finding(steps, None, *at_end) if at_end[0] != at_end[1] else None

    def shrink(self, finding: Finding, attempts: int = 40) -> Finding:
        """Return the finding with the steps left out that it does not need."""
        best = finding
        place = len(best.steps) - 2
        while place >= 0 and attempts > 0:
            attempts -= 1
            found = self.compare((*best.steps[:place], *best.steps[place + 1 :]))
            if found is not None and found.kind == finding.kind:
                best = found
            place = min(place, len(best.steps) - 1) - 1
        return best


def differing(ours: Any, theirs: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield each place where two answers differ, with what stands there."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key in sorted({*ours, *theirs}):
            inner = f"{path}.{key}" if path else key
            if key not in ours:
                yield inner, "(absent)", _brief(theirs[key])
            elif key not in theirs:
                yield inner, _brief(ours[key]), "(absent)"
            else:
                yield from differing(ours[key], theirs[key], inner)
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for number, (left, right) in enumerate(zip(ours, theirs, strict=True)):
            yield from differing(left, right, f"{path}.{number}")
    elif ours != theirs or type(ours) is not type(theirs):
        yield path, _brief(ours), _brief(theirs)


def _brief(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) < 300 else f"{text[:300]}…"
