"""A quirk: one thing that CKAN does and nobody would guess, and what the client does about it."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["NEWEST", "OLDEST", "Quirk"]

OLDEST, NEWEST = "2.10", "2.12"
"""The releases of CKAN that the client knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quirk:
    """One oddity. `name` is for people and tests, `id` is what comments in the code call it; neither ever changes.

    `effect` says what happens, `workaround` what the client does, each in a sentence or two that tell nobody how to do
    harm. `where`: the dotted names, below the package, of what does it. `source`: `ckan/…:line` of CKAN 2.11.6 (of
    another release, with that before it), `#number` of an issue of CKAN's, or `owner/repository#number` of another's.
    `since` and `until` are the first and the last release that do it.
    """

    id: str
    name: str
    effect: str
    workaround: str
    where: tuple[str, ...]
    source: tuple[str, ...]
    since: str = OLDEST
    until: str = NEWEST

    @property
    def versions(self) -> str:
        if (self.since, self.until) == (OLDEST, NEWEST):
            return "all"
        return self.since if self.since == self.until else f"{self.since} to {self.until}"
