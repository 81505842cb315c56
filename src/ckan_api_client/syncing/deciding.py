"""One path of a dataset, decided: what source and catalog agreed on, what each made of it since, and who wins.

"Ours changed" compares source with source, "theirs changed" catalog with catalog, so what CKAN makes of a value is no
change. Where people's value stays, the agreement that it departs from is kept, for as long as it departs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from ckan_api_client.objects.json_values import same_json
from ckan_api_client.quirks.normalisation import ABSENT
from ckan_api_client.syncing.base import canonical
from ckan_api_client.syncing.plan import FieldChange
from ckan_api_client.syncing.rules import Rules


@dataclass(frozen=True, slots=True)
class Difference:
    """A path that both sides changed: each one's value (None: has none), and whose it will be.

    `known`: the same two values met in an earlier run, which told of them.
    """

    path: str
    source: Any
    catalog: Any
    taken: Literal["catalog", "source"]
    because: str
    known: bool = False


@dataclass(frozen=True, slots=True)
class Agreement:
    """What each side had when last they agreed; ABSENT where it had nothing."""

    source: Any
    catalog: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One path with all that counts.

    `agreed`: None where nothing is known. `agrees`: the catalog shows already what the source says. `yields`: where
    nothing was agreed, the catalog's value gives way, since nobody wrote it. `shown`: the path for people.
    """

    path: str
    wanted: Any
    current: Any
    agreed: Agreement | None
    ours: bool
    theirs: bool
    agrees: bool
    yields: bool = False
    own: bool = False
    shown: str = ""
    known_by: tuple[Any, Any] | None = None


def is_blank(value: Any) -> bool:
    """Tell whether there is nothing in a value: CKAN shows an empty text as null, and the other way round."""
    return value is None or value is ABSENT or value == ""


def was_never_given(agreed: Agreement | None) -> bool:
    """Tell whether the source had nothing when last both sides agreed, or nothing is known of it."""
    return agreed is None or agreed.source is ABSENT


def make_case(
    path: str,
    sides: tuple[Any, Any],
    agreed: Agreement | None,
    same: Callable[[Any, Any], bool],
    *,
    own: bool = False,
    shown: str = "",
) -> Case:
    """Return the case of a value, of which `same` tells whether CKAN would show two as one."""
    wanted, current = sides
    ours = theirs = True
    if agreed is not None:
        ours = not same_json(wanted, agreed.source) and not (is_blank(wanted) and is_blank(agreed.source))
        theirs = not same_json(current, agreed.catalog) and not same(current, agreed.catalog)
    return Case(
        path=path,
        wanted=wanted,
        current=current,
        agreed=agreed,
        ours=ours,
        theirs=theirs,
        agrees=same_json(wanted, current) or same(wanted, current),
        yields=is_blank(current),
        own=own,
        shown=shown,
    )


@dataclass(slots=True)
class Decisions:
    """What was decided for one dataset, path by path. `remembered`: the table of kept agreements, as the last left it.

    An entry is `{"agreed": {"source", "catalog"}, "told", "doubt"}`; without `agreed`, nothing is known of an
    agreement, and without one of the two in it, that side had nothing. `told` stands for the two values that were
    reported. `doubt`: the catalog's value may be older than the agreement; so it is told, even if it alone has changed.
    """

    rules: Rules
    has_base: bool
    remembered: Mapping[str, Any] = field(default_factory=dict)
    changes: list[FieldChange] = field(default_factory=list)
    conflicts: list[Difference] = field(default_factory=list)
    kept: dict[str, Any] = field(default_factory=dict)

    def agreement(self, path: str, source: Any, catalog: Any) -> Agreement | None:
        """Return what was agreed of a path: the kept agreement, or else what both sides were when last seen."""
        entry = self.remembered.get(path)
        if entry is not None:
            agreed = entry.get("agreed")
            if agreed is None:
                return None
            return Agreement(agreed.get("source", ABSENT), agreed.get("catalog", ABSENT))
        if not self.has_base or (source is ABSENT and not is_blank(catalog)):
            # What people wrote where the source said nothing was never agreed on.
            return None
        return Agreement(source, catalog)

    def leave(self, path: str, agreed: Agreement | None = None) -> None:
        """Note that a path may not be written now: what is there is no agreement beyond the one that is given."""
        self.kept[path] = _entry(agreed)

    def takes_source(self, case: Case) -> bool:
        """Decide whether the source's value is to be written, and note what follows for the next run."""
        if case.own:
            return self._write(case, "the source owns it") if not case.agrees else False
        if case.agrees:
            return False
        if case.agreed is not None and not case.ours:
            if case.theirs and self._is_doubted(case.path):
                return self._conflict(case)
            if case.theirs:
                self._keep(case)
            return False
        if case.yields if case.agreed is None else not case.theirs:
            return self._write(case, "")
        return self._conflict(case)

    def _conflict(self, case: Case) -> bool:
        told = _digest(*(case.known_by or (case.wanted, case.current)))
        known = self.remembered.get(case.path, {}).get("told") == told
        is_known = case.agreed is not None and (case.ours or not self._is_doubted(case.path))
        because = "both changed it" if is_known else "they differ, and nothing is known of before"
        wins = self.rules.on_conflict == "source"
        self.conflicts.append(
            Difference(
                case.shown or case.path,
                plain(case.wanted),
                plain(case.current),
                "source" if wins else "catalog",
                because,
                known,
            )
        )
        if wins:
            return self._write(case, because)
        self._keep(case, told)
        return False

    def _keep(self, case: Case, told: str = "") -> None:
        more = {"told": told, "doubt": self._is_doubted(case.path)}
        self.kept[case.path] = _entry(case.agreed) | {key: value for key, value in more.items() if value}

    def _is_doubted(self, path: str) -> bool:
        return bool(self.remembered.get(path, {}).get("doubt"))

    def _write(self, case: Case, because: str) -> Literal[True]:
        self.changes.append(FieldChange(case.shown or case.path, plain(case.current), plain(case.wanted), because))
        return True


def plain(value: Any) -> Any:
    """Return a value for people: None for what is not there."""
    return None if value is ABSENT else value


def _entry(agreed: Agreement | None) -> dict[str, Any]:
    if agreed is None:
        return {}
    both = {"source": agreed.source, "catalog": agreed.catalog}
    return {"agreed": {side: value for side, value in both.items() if value is not ABSENT}}


def _digest(*values: Any) -> str:
    plain_values = [[] if value is ABSENT else [value] for value in values]
    return hashlib.sha256(canonical(plain_values)).hexdigest()[:16]
