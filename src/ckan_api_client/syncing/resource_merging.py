"""The resources of a dataset, merged: each one, field by field, and their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ckan_api_client.objects.json_values import same_json
from ckan_api_client.quirks.equivalence import IGNORED_RESOURCE_KEYS, resource_differences
from ckan_api_client.quirks.normalisation import ABSENT
from ckan_api_client.quirks.resources import CLEARED_BY_BLANK
from ckan_api_client.syncing.deciding import Agreement, Case, Decisions, is_blank, make_case, was_never_given
from ckan_api_client.syncing.identity import is_derived_id, second_id
from ckan_api_client.syncing.resource_pairs import IDS, Pairs, pair_sides

_Item = Mapping[str, Any]
_Items = Sequence[_Item]

#: Fields that CKAN has of any resource: those cannot be taken away, only emptied.
_FIELDS = CLEARED_BY_BLANK | {"description", "mimetype", "mimetype_inner", "resource_type", "url"}

#: Uploads and the plugins that look at files write these: no sign that a person was there.
_WRITTEN_BY_TOOLS = frozenset({"hash", "last_modified", "mimetype", "size"})
#: Where the source does not give these, somebody wrote them; what else is there, a plugin may have put there.
_WRITTEN_BY_PEOPLE = ("name", "description")
_NOT_EDITED = IGNORED_RESOURCE_KEYS | _WRITTEN_BY_TOOLS
_ONLY_IF_GIVEN = frozenset({"hash", "last_modified"})


@dataclass(frozen=True, slots=True)
class ResourceSides:
    """The resources of the source and of the catalog, now and when last seen; the source's bear derived ids."""

    wanted: _Items | None
    current: _Items | None
    before: _Items | None
    then: _Items | None


def merge_resources(sides: ResourceSides, decisions: Decisions) -> list[dict[str, Any]] | None:
    """Return the resources to write, or None where nothing has to change."""
    remembered = any(path.startswith("resources.") for path in decisions.remembered)
    if sides.wanted is None and not sides.before and not remembered:
        return None
    wanted, current, before, then = (side or () for side in (sides.wanted, sides.current, sides.before, sides.then))
    pairs = pair_sides(wanted, current, before, then, decisions.remembered)
    mentioned = sides.wanted is not None
    merging = _Merging(
        pairs,
        decisions,
        {str(found["id"]): item for item in wanted if (found := pairs.found[str(item["id"])]) is not None},
        {pairs.catalog_id(derived): derived for derived in pairs.gone},
        mentioned=mentioned,
        own=mentioned and decisions.rules.owns("resources"),
    )
    fresh = {str(item["id"]): dict(item) for item in wanted if merging.is_added(item)}
    present = [laid for item in current if (laid := merging.laid_over(item)) is not None]
    ids = {derived: str(found["id"]) for derived, found in pairs.found.items() if found and found["id"] != derived}
    taken = {str(item["id"]) for item in present}
    for derived, item in fresh.items():
        # The source knows by another id by now what was made with this one: CKAN fails for an id twice.
        while item["id"] in taken:
            item["id"] = ids[derived] = second_id(item["id"])
    if ids:
        decisions.kept[IDS] = ids
    result = merging.in_order(wanted, present, fresh, ([item["id"] for item in before], [item["id"] for item in then]))
    return None if same_json(result, [dict(item) for item in current]) else result


@dataclass(frozen=True, slots=True)
class _Merging:
    """`asked`: what the source says of a resource, by the catalog's id. `former`: whose it was, by the catalog's id."""

    pairs: Pairs
    decisions: Decisions
    asked: Mapping[str, _Item]
    former: Mapping[str, str]
    mentioned: bool
    own: bool

    def is_added(self, item: _Item) -> bool:
        """Decide whether a resource that the catalog lacks is put there: not, if people removed it."""
        derived = str(item["id"])
        if self.pairs.found[derived] is not None:
            return False
        agreed = self.pairs.agreed.get(derived)
        case = Case(
            path=f"resources.{derived}",
            wanted=_for_people(item),
            current=ABSENT,
            agreed=agreed,
            ours=agreed is None or not same_json(dict(item), dict(agreed.source)),
            theirs=agreed is None or agreed.catalog is not ABSENT,
            agrees=False,
            yields=True,
            own=self.own,
            shown=f"resources.{self.pairs.catalog_id(derived)}",
        )
        return self.decisions.takes_source(case)

    def laid_over(self, item: _Item) -> dict[str, Any] | None:
        """Return what becomes of a resource of the catalog; None if it goes."""
        known = str(item["id"])
        if known in self.asked:
            return self._merged(self.asked[known], item)
        former = self.former.get(known)
        if former is not None:
            return None if self._is_removed(former, item, self.pairs.agreed[former]) else dict(item)
        # One of our making that the record lacks, while nothing is known of what was before.
        entry = self.decisions.remembered.get(f"resources.{known}", {"agreed": {}} if self.decisions.has_base else {})
        doubtful = self.mentioned and "agreed" not in entry and is_derived_id(known)
        return None if (doubtful or self.own) and self._is_removed(known, item, None) else dict(item)

    def _is_removed(self, derived: str, item: _Item, agreed: Agreement | None) -> bool:
        case = Case(
            path=f"resources.{derived}",
            wanted=ABSENT,
            current=_for_people(item),
            agreed=agreed,
            ours=True,
            theirs=agreed is None or agreed.catalog is ABSENT or self._is_edited(item, agreed),
            agrees=False,
            own=self.own,
            shown=f"resources.{item['id']}",
        )
        return self.decisions.takes_source(case)

    def _is_edited(self, item: _Item, agreed: Agreement) -> bool:
        if any(key not in agreed.source and not is_blank(item.get(key)) for key in _WRITTEN_BY_PEOPLE):
            return True
        then = agreed.catalog
        return any(
            not same_json(item.get(key), then.get(key)) and not _SameField(key, item)(item.get(key), then.get(key))
            for key in {*item, *then} - _NOT_EDITED
        )

    def _merged(self, wanted: _Item, item: _Item) -> dict[str, Any]:
        derived, decisions = str(wanted["id"]), self.decisions
        agreement = self.pairs.agreed.get(derived)
        before, then = (agreement.source, agreement.catalog) if agreement else ({}, {})
        laid = dict(item)
        for key in dict.fromkeys([*wanted, *before]):
            if key in IGNORED_RESOURCE_KEYS:
                continue
            mine, theirs = wanted.get(key, ABSENT), item.get(key, ABSENT)
            if same_json(mine, theirs):
                continue
            path, agreed = f"resources.{derived}.{key}", None
            if agreement is not None and then is not ABSENT:
                agreed = decisions.agreement(path, before.get(key, ABSENT), then.get(key, ABSENT))
            if mine is ABSENT and (was_never_given(agreed) or is_blank(theirs)):
                continue
            own = decisions.rules.owns(f"resources.{key}")
            shown = f"resources.{item['id']}.{key}"
            case = make_case(path, (mine, theirs), agreed, _SameField(key, item), own=own, shown=shown)
            if key in _ONLY_IF_GIVEN and is_blank(theirs) and not is_blank(mine):
                case = replace(case, agrees=False)
            if key in _WRITTEN_BY_TOOLS and key not in before:
                case = replace(case, yields=True)
            if not decisions.takes_source(case):
                continue
            if mine is ABSENT and key not in _FIELDS:
                del laid[key]
            else:
                laid[key] = "" if mine is ABSENT or (mine is None and key in CLEARED_BY_BLANK) else mine
        return laid

    def in_order(
        self, wanted: _Items, present: _Items, fresh: Mapping[str, _Item], old: tuple[list[str], list[str]]
    ) -> list[dict[str, Any]]:
        """Return the resources in the order of whoever changed it; new ones stand where the source has them.

        `fresh`: by the source's id. `old`: the ids of the source and of the catalog, in the order in which they were
        when last seen.
        """
        mine = [str(item["id"]) for item in wanted if self.pairs.found[str(item["id"])] is not None]
        asked = [self.pairs.catalog_id(derived) for derived in mine]
        placed = set(asked)
        now = [str(item["id"]) for item in present if str(item["id"]) in placed]
        new = [*fresh]
        there = {*mine, *new}
        everything = [self.pairs.catalog_id(str(item["id"])) for item in wanted if str(item["id"]) in there]
        agreed = self.decisions.agreement("resources", *old)
        was = (agreed.source, agreed.catalog) if agreed else ([], [])
        moved = _is_moved(mine, was[0])
        if agreed and not moved:
            # Those that are not there now may have moved; should they come, they come where the source has them now.
            agreed = Agreement([str(item["id"]) for item in wanted], agreed.catalog)
        case = Case(
            path="resources",
            wanted=asked,
            current=now,
            agreed=agreed,
            ours=moved,
            theirs=_is_moved(now, was[1]),
            agrees=asked == now,
            own=self.own,
            known_by=(everything, [*now, *new]),
        )
        ours = self.decisions.takes_source(case)
        items = {str(item["id"]): dict(item) for item in present}
        if ours:
            turn = iter(asked)
            items = {key: items[key] for key in [next(turn) if key in placed else key for key in items]}
        if not (ours or case.agrees):
            return [*items.values(), *map(dict, fresh.values())]
        return _with_fresh(wanted, items, self.asked, fresh)


@dataclass(frozen=True, slots=True)
class _SameField:
    """Whether CKAN would show two values of a resource's field as one."""

    key: str
    item: _Item

    def __call__(self, mine: Any, theirs: Any) -> bool:
        rest = {"id": "-", "url_type": self.item.get("url_type")}
        return self.key not in resource_differences({**rest, self.key: mine}, {**rest, self.key: theirs})


def _for_people(item: _Item) -> dict[str, Any]:
    """Return a resource without what CKAN and its plugins write into it."""
    return {key: value for key, value in item.items() if key == "id" or key not in _NOT_EDITED}


def _is_moved(now: list[str], then: list[str]) -> bool:
    both = set(now) & set(then)
    return [key for key in now if key in both] != [key for key in then if key in both]


def _with_fresh(
    wanted: _Items, present: Mapping[str, dict[str, Any]], asked: Mapping[str, _Item], fresh: Mapping[str, _Item]
) -> list[dict[str, Any]]:
    """Return the resources with each new one behind the one that it follows in the source."""
    catalog_ids = {str(item["id"]): key for key, item in asked.items()}
    first: list[dict[str, Any]] = []
    behind: dict[str, list[dict[str, Any]]] = {}
    into = first
    for item in wanted:
        derived = str(item["id"])
        if derived in catalog_ids:
            into = behind.setdefault(catalog_ids[derived], [])
        elif derived in fresh:
            into.append(dict(fresh[derived]))
    ordered: list[dict[str, Any]] = []
    for key, item in present.items():
        if key in asked and first:
            ordered += first
            first = []
        ordered += [item, *behind.get(key, [])]
    return ordered + first
