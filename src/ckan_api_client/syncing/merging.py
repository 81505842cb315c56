"""What a record makes of the dataset that is there: a merge on the memory of what both sides were.

A path is written where the source changed it and the catalog did not; people's edits of what the source did not
change stay; what both changed is a conflict. Paths that only the catalog has are never touched. Without a memory,
what the catalog lacks is filled in, and what differs is a conflict.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from ckan_api_client.objects.json_values import same_json
from ckan_api_client.quirks.equivalence import (
    IGNORED_RESOURCE_KEYS,
    SERVER_MADE_DATASET_KEYS,
    extra_as_text,
    extras_as_mapping,
    field_differences,
    same_owner,
)
from ckan_api_client.quirks.extras import is_reserved
from ckan_api_client.quirks.normalisation import ABSENT
from ckan_api_client.syncing.deciding import Case, Decisions, Difference, is_blank, make_case, was_never_given
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.plan import FieldChange
from ckan_api_client.syncing.resource_merging import ResourceSides, merge_resources
from ckan_api_client.syncing.rules import Rules, drop_ignored, is_ignored

_Data = Mapping[str, Any]

_NO_SCALARS = SERVER_MADE_DATASET_KEYS | {
    "extras", "groups", "id", "name", "owner_org", "resources", "state", "tags", "type",
}  # fmt: skip


class Memory(Protocol):
    """What is known of a record and its dataset from the last time; `base.Base` is one."""

    @property
    def source(self) -> _Data: ...
    @property
    def catalog(self) -> _Data: ...
    @property
    def kept(self) -> _Data: ...


@dataclass(frozen=True, slots=True)
class Merged:
    """`values`: what to write, by top-level key, lists whole. `kept`: to be remembered with the two sides."""

    values: dict[str, Any]
    changes: tuple[FieldChange, ...]
    conflicts: tuple[Difference, ...]
    kept: dict[str, Any]


def merge(data: _Data, current: _Data, base: Memory | None, rules: Rules, *, identity: Identity) -> Merged:
    """Return what of `current` has to change for the data of a record; no values where CKAN would show no difference.

    The memory to store afterwards: `data`, what CKAN answered (or `current`, where nothing was written), and `kept`.
    """
    if base is None and is_shown(data, current, identity):
        return Merged({}, (), (), {})
    then = base.catalog if base else {}
    before = drop_ignored(base.source, rules.ignore) if base else {}
    remembered = {path: entry for path, entry in base.kept.items() if not _is_ignored(path, rules)} if base else {}
    decisions = Decisions(rules, base is not None, remembered)
    sides = _Sides(data, current, before, then, decisions)
    values = {
        **_scalars(sides),
        **_name(sides, identity),
        **_owner(sides),
        **_extras(sides, identity),
        **_tags(sides),
        **_groups(sides),
    }
    lists = (side.get("resources") for side in (data, current, before, then))
    resources = merge_resources(ResourceSides(*lists), decisions)
    if resources is not None:
        values["resources"] = resources
    return Merged(values, tuple(decisions.changes), tuple(decisions.conflicts), decisions.kept)


def is_shown(data: _Data, current: _Data, identity: Identity) -> bool:
    """Tell whether a dataset shows all that a record says, value for value, so that nothing is left to decide.

    Where it does not, there may still be nothing to write: this is the short way, of most records without a memory.
    """
    extras = extras_as_mapping(current.get("extras"))
    asked = extras_as_mapping(data.get("extras"))
    return (
        extras.get(MARKER_KEY) == identity.marker
        and (not data.get("name") or data["name"] == current.get("name"))
        and same_owner({"owner_org": data.get("owner_org")}, current)
        and all(key in _NO_SCALARS or _is_same(value, current.get(key, ABSENT)) for key, value in data.items())
        and all(same_json(value, extras.get(key, ABSENT)) for key, value in asked.items())
        and all(_named(data.get(key)).keys() == _named(current.get(key)).keys() for key in ("tags", "groups"))
        and _shows_resources(data.get("resources"), current.get("resources"))
    )


def _shows_resources(wanted: Sequence[_Data] | None, current: Sequence[_Data] | None) -> bool:
    if wanted is None:
        return True
    return len(wanted) == len(current or ()) and all(
        mine["id"] == theirs.get("id")
        and all(key in IGNORED_RESOURCE_KEYS or _is_same(value, theirs.get(key, ABSENT)) for key, value in mine.items())
        for mine, theirs in zip(wanted, current or (), strict=True)
    )


def _is_same(mine: Any, theirs: Any) -> bool:
    """Tell whether two values are the same, or there is nothing in either: CKAN shows null where it was sent ""."""
    return same_json(mine, theirs) or (is_blank(mine) and is_blank(theirs))


@dataclass(frozen=True, slots=True)
class _Sides:
    """The record and the dataset, as they are and as they were."""

    data: _Data
    current: _Data
    before: _Data
    then: _Data
    decisions: Decisions

    def remembered_below(self, key: str) -> list[str]:
        """Return what the kept paths below a list name: keys of extras, names of tags."""
        return [path.removeprefix(f"{key}.") for path in self.decisions.remembered if path.startswith(f"{key}.")]


def _scalars(sides: _Sides) -> dict[str, Any]:
    decisions, values = sides.decisions, {}
    remembered = [path for path in decisions.remembered if path.isidentifier()]
    for key in dict.fromkeys([*sides.data, *sides.before, *remembered]):
        if key in _NO_SCALARS:
            continue
        wanted, current = sides.data.get(key, ABSENT), sides.current.get(key, ABSENT)
        if same_json(wanted, current):
            continue
        agreed = decisions.agreement(key, sides.before.get(key, ABSENT), sides.then.get(key, ABSENT))
        if wanted is ABSENT and (was_never_given(agreed) or is_blank(current)):
            continue
        if wanted is ABSENT and not isinstance(current, str):
            decisions.leave(key, agreed)  # Only texts can be cleared.
            continue
        case = make_case(key, (wanted, current), agreed, _SameField(key, sides.current), own=decisions.rules.owns(key))
        # CKAN puts these there by itself where nobody says anything.
        default = {"private": False, "title": sides.current.get("name")}.get(key, ABSENT)
        if default is not ABSENT and current == default:
            case = replace(case, yields=True)
        if decisions.takes_source(case):
            values[key] = "" if wanted is ABSENT else wanted
    return values


@dataclass(frozen=True, slots=True)
class _SameField:
    """Whether CKAN would show two values of a scalar as one."""

    key: str
    current: _Data

    def __call__(self, mine: Any, theirs: Any) -> bool:
        name = {"name": self.current.get("name")} if self.key == "title" else {}
        return self.key not in field_differences({**name, self.key: mine}, {**name, self.key: theirs})


def _name(sides: _Sides, identity: Identity) -> dict[str, Any]:
    name, current, decisions = sides.data.get("name"), sides.current.get("name"), sides.decisions
    if not name:
        return {}
    # Where somebody else has the name, the dataset bears one that stands for it.
    agrees = current in set(identity.names(name, sides.data.get("title")))
    allowed = decisions.rules.owns("name") or not decisions.rules.strategies.dataset_preserve_names
    return _identifier(sides, "name", (sides.then.get("name"), current), agrees=agrees, allowed=allowed)


def _owner(sides: _Sides) -> dict[str, Any]:
    owner, decisions = sides.data.get("owner_org"), sides.decisions
    if not owner:
        return {}
    agrees = same_owner({"owner_org": owner}, sides.current)
    preserved = decisions.rules.strategies.dataset_preserve_organization and sides.current.get("owner_org")
    allowed = decisions.rules.owns("owner_org") or not preserved
    catalog = _owner_name(sides.then), _owner_name(sides.current)
    return _identifier(sides, "owner_org", catalog, agrees=agrees, allowed=allowed)


def _identifier(sides: _Sides, key: str, catalog: tuple[Any, Any], *, agrees: bool, allowed: bool) -> dict[str, Any]:
    """Merge what a strategy may preserve. Where it does not, the source decides, unless people departed from it."""
    decisions, (then, current) = sides.decisions, catalog
    wanted, before = sides.data[key], sides.before.get(key, ABSENT)
    if not allowed:
        if not agrees:
            decisions.leave(key)
        return {}
    agreed = decisions.agreement(key, before, then)
    case = Case(
        path=key,
        wanted=wanted,
        current=current,
        agreed=agreed,
        ours=agreed is None or wanted != agreed.source,
        theirs=agreed is None or current != agreed.catalog,
        agrees=agrees,
        yields=True,
        own=decisions.rules.owns(key),
    )
    return {key: wanted} if decisions.takes_source(case) else {}


def _owner_name(dataset: _Data) -> Any:
    """Return the name of a dataset's organization, or the id where the answer does not tell the name."""
    owner, organization = dataset.get("owner_org"), dataset.get("organization")
    if isinstance(organization, Mapping) and organization.get("id") == owner:
        return organization.get("name")
    return owner


def _extras(sides: _Sides, identity: Identity) -> dict[str, Any]:
    decisions, rules = sides.decisions, sides.decisions.rules
    asked, before = extras_as_mapping(sides.data.get("extras")), extras_as_mapping(sides.before.get("extras"))
    now, then = _ShownExtras.of(sides.current), _ShownExtras.of(sides.then)
    values: dict[str, Any] = {}
    written: dict[str, Any] = {}
    for key in dict.fromkeys([*asked, *before, *sides.remembered_below("extras")]):
        path = f"extras.{key}"
        wanted, current = asked.get(key, ABSENT), now[key]
        if same_json(wanted, current):
            continue
        agreed = decisions.agreement(path, before.get(key, ABSENT), then[key])
        if key == MARKER_KEY or (wanted is ABSENT and (was_never_given(agreed) or now.lacks(key))):
            continue
        case = make_case(path, (wanted, current), agreed, _same_extra, own=rules.owns(path))
        # An extra without text is one.
        case = replace(case, ours=agreed is None or not same_json(wanted, agreed.source))
        if decisions.takes_source(case):
            (values if now.as_field(key) else written)[key] = wanted
    if now[MARKER_KEY] != identity.marker:
        written[MARKER_KEY] = identity.marker
        before_it, because = now.stored.get(MARKER_KEY), "it marks the record's dataset"
        decisions.changes.append(FieldChange(f"extras.{MARKER_KEY}", before_it, identity.marker, because))
    values = {key: "" if value is ABSENT else value for key, value in values.items()}
    return values | ({"extras": _extras_with(sides.current, written, rules)} if written else {})


def _extras_with(current: _Data, written: _Data, rules: Rules) -> list[dict[str, Any]]:
    present = {extra["key"]: extra for extra in current.get("extras") or []}
    left = [
        {**extra, "value": written.get(key, extra.get("value"))}
        for key, extra in present.items()
        if written.get(key) is not ABSENT and key not in rules.server_made_extras
    ]
    return [*left, *({"key": key, "value": value} for key, value in written.items() if key not in present)]


@dataclass(frozen=True, slots=True)
class _ShownExtras:
    """The extras that a dataset shows.

    A site whose schema has a field of such a name shows the value there, and takes it there (quirk C7).
    """

    dataset: _Data
    stored: Mapping[str, Any]

    @classmethod
    def of(cls, dataset: _Data) -> _ShownExtras:
        return cls(dataset, extras_as_mapping(dataset.get("extras")))

    def __getitem__(self, key: str) -> Any:
        return self.dataset[key] if self.as_field(key) else self.stored.get(key, ABSENT)

    def as_field(self, key: str) -> bool:
        own = is_reserved(key) or key in SERVER_MADE_DATASET_KEYS
        return key not in self.stored and key in self.dataset and not own

    def lacks(self, key: str) -> bool:
        return is_blank(self[key]) if self.as_field(key) else key not in self.stored


def _same_extra(mine: Any, theirs: Any) -> bool:
    return (mine is ABSENT) == (theirs is ABSENT) and extra_as_text(mine) == extra_as_text(theirs)


def _tags(sides: _Sides) -> dict[str, Any]:
    asked, before, then = (_named(side.get("tags")) for side in (sides.data, sides.before, sides.then))
    present = _named(sides.current.get("tags"))
    if sides.decisions.rules.owns("tags") and "tags" in sides.data:
        written = {name: name in asked for name in [*asked, *present] if (name in asked) != (name in present)}
        _note_owned(sides, "tags", written)
    else:
        names = dict.fromkeys([*asked, *before, *sides.remembered_below("tags")])
        written = _membership(sides, "tags", names, (asked, present, before, then))
    if not written:
        return {}
    left = [tag for tag in sides.current.get("tags") or [] if tag.get("vocabulary_id") or tag["name"] not in written]
    return {"tags": [*left, *(asked[name] for name, wanted in written.items() if wanted)]}


def _groups(sides: _Sides) -> dict[str, Any]:
    rules = sides.decisions.rules
    strategy = rules.strategies.dataset_group_merge_strategy
    if rules.owns("groups"):
        strategy = "replace"
    if "groups" not in sides.data:
        return {}
    asked, before, then = (_named(side.get("groups")) for side in (sides.data, sides.before, sides.then))
    present = _named(sides.current.get("groups"))
    if strategy == "preserve":
        for name in asked:
            if name not in present:
                sides.decisions.leave(f"groups.{name}")
        return {}
    if strategy == "replace":
        written = {name: name in asked for name in [*asked, *present] if (name in asked) != (name in present)}
        _note_owned(sides, "groups", written)
    else:
        written = _membership(sides, "groups", asked, (asked, present, before, then))
    if not written:
        return {}
    left = [group for group in sides.current.get("groups") or [] if group.get("name") not in written]
    return {"groups": [*left, *({"name": name} for name, wanted in written.items() if wanted)]}


def _membership(
    sides: _Sides, key: str, names: Iterable[str], lists: tuple[_Data, _Data, _Data, _Data]
) -> dict[str, bool]:
    """Return the names that are to be added (True) or taken off (False)."""
    written = {}
    for name in names:
        wanted, current, before, then = (name if name in side else ABSENT for side in lists)
        if wanted is current:
            continue
        path = f"{key}.{name}"
        agreed = sides.decisions.agreement(path, before, then)
        if wanted is ABSENT and agreed is None:
            continue
        if sides.decisions.takes_source(make_case(path, (wanted, current), agreed, _same_name)):
            written[name] = wanted is not ABSENT
    return written


def _same_name(mine: Any, theirs: Any) -> bool:
    return bool(mine == theirs)


def _note_owned(sides: _Sides, key: str, written: Mapping[str, bool]) -> None:
    for name, wanted in written.items():
        before, after = (None, name) if wanted else (name, None)
        sides.decisions.changes.append(FieldChange(f"{key}.{name}", before, after, "the list is the source's"))


def _named(items: Any) -> dict[str, Any]:
    """Return tags or groups by name; tags of a vocabulary are fields of the site's own schema."""
    return {str(item["name"]): item for item in items or [] if item.get("name") and not item.get("vocabulary_id")}


def _is_ignored(path: str, rules: Rules) -> bool:
    """Tell whether a kept path is ignored by now."""
    head, _, rest = path.partition(".")
    if head != "resources":
        return is_ignored(path, rules.ignore)
    field = rest.partition(".")[2]
    return is_ignored(f"resources.{field}" if field else "resources", rules.ignore)
