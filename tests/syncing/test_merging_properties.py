"""What holds of every merge, whatever source and people do, and in whatever order.

A hundred merges of each in a test run; with the option --hypothesis-profile thorough, 5,000.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ckan_api_client.syncing import merging
from ckan_api_client.syncing.merging import merge
from ckan_api_client.syncing.rules import OnConflict, Rules, drop_ignored
from ckan_api_client.syncing.strategies import Strategies
from merging_model import IDENTITY, MARKER, RULES, SOURCE_WINS, World, record

_ABSENT = "(absent)"
_TEXTS = st.sampled_from(["", "a", "b", " c ", None])
_EXTRA_KEYS = st.sampled_from(["k", "l.m", "n"])
_NAMES = st.sampled_from(["x", "y", "z"])
_RESOURCE_KEYS = st.sampled_from(["r", "s", "t"])
_URLS = st.sampled_from(["http://1", "2/", " http://3 ", ""])
_FORMATS = st.sampled_from(["csv", "CSV", "text/csv", "", None, "JSON"])


def _subset(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def _named() -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(_NAMES, unique=True).map(lambda names: [{"name": name} for name in names])


def _extras(texts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.dictionaries(_EXTRA_KEYS, texts).map(
        lambda extras: [{"key": key, "value": value} for key, value in extras.items()]
    )


def _resources(*, own_urls: bool) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Resources; with `own_urls`, none can be taken for another one."""
    fields = {"name": _TEXTS, "description": _TEXTS, "format": _FORMATS, "colour": st.sampled_from(["red", "blue"])}
    drawn = _subset(**fields) if own_urls else _subset(url=_URLS, **fields)
    return st.dictionaries(_RESOURCE_KEYS, drawn).map(
        lambda items: [{"id": key, "url": f"http://{key}", **fields} for key, fields in items.items()]
    )


def _records(*, own_urls: bool) -> st.SearchStrategy[dict[str, Any]]:
    return _subset(
        title=st.sampled_from(["T", "U"]),
        notes=_TEXTS,
        author_email=st.sampled_from(["a@b.cd", " a@b.cd ", "", None]),
        private=st.booleans(),
        extras=_extras(st.sampled_from(["", "1", "2"])),
        tags=_named(),
        groups=_named(),
        resources=_resources(own_urls=own_urls),
    ).map(lambda fields: record(**fields))


_ANY_RECORD = _records(own_urls=False)
_RECORD = _records(own_urls=True)


@st.composite
def _edited(draw: st.DrawFn, now: Mapping[str, Any], *, own_urls: bool = True) -> dict[str, Any]:
    """Draw what people make of a dataset in a form."""
    urls = st.just("http://theirs") if own_urls else _URLS
    edits: dict[str, Any] = draw(
        _subset(title=st.sampled_from(["T", "V"]), notes=_TEXTS, author=_TEXTS, private=st.booleans(), groups=_named())
    )
    if draw(st.booleans()):
        edits["extras"] = [MARKER, *draw(_extras(st.sampled_from(["1", "by hand"])))]
    if draw(st.booleans()):
        edits["tags"] = draw(_named())
    if draw(st.booleans()):
        resources = copy.deepcopy(draw(st.permutations(now["resources"])))[: draw(st.integers(0, 4))]
        for resource in resources:
            resource.update(draw(_subset(description=st.sampled_from(["by hand", ""]), url=urls, format=_FORMATS)))
        if draw(st.booleans()):
            resources.append({"id": f"theirs-{draw(st.integers(1, 3))}", "url": draw(urls), "name": "theirs"})
        edits["resources"] = list({resource["id"]: resource for resource in resources}.values())
    return edits


def paths(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a record or a dataset says, by path, in one form for both."""
    found: dict[str, Any] = {}
    for key in ("title", "notes", "author", "author_email"):
        if key in dataset:
            found[key] = str(dataset[key] or "").strip() if key != "notes" else str(dataset[key] or "")
    found |= {"private": str(dataset["private"])} if "private" in dataset else {}
    found |= {f"extras.{extra['key']}": f"={extra['value']}" for extra in dataset.get("extras", [])}
    for key in ("tags", "groups"):
        found |= {f"{key}.{item['name']}": True for item in dataset.get(key, [])}
    for resource in dataset.get("resources", []):
        path = f"resources.{resource['id']}"
        found[path] = True
        for key in ("url", "name", "description", "format", "colour"):
            if key in resource:
                found[f"{path}.{key}"] = _shown(key, resource[key])
    return found


def _shown(key: str, value: Any) -> str:
    text = str(value or "")
    if key == "format":
        return {"text/csv": "CSV", "csv": "CSV"}.get(text, text)
    if key == "url" and text.strip() and "://" not in text:
        return f"http://{text.strip()}"
    return text.strip() if key == "url" else text


def value(found: Mapping[str, Any], path: str) -> Any:
    """Return a value; of what can hold nothing, absent and empty are one."""
    return found.get(path) or _ABSENT


def whole(path: str) -> str:
    """Return the path of the resource whose field a path is."""
    return ".".join(path.split(".")[:2])


@given(data=st.data(), rules=st.sampled_from([RULES, SOURCE_WINS]))
def test_a_second_run_writes_nothing_and_tells_nothing_new(data: st.DataObject, rules: Rules) -> None:
    there = World()
    there.create(data.draw(_ANY_RECORD))
    for _ in range(3):
        there.edit(**data.draw(_edited(there.now, own_urls=False)))
        wanted = data.draw(_ANY_RECORD)
        if data.draw(st.integers(0, 4)) == 0:
            there.base = None
        first = there.sync(wanted, rules)
        again = there.sync(wanted, rules)
        assert again.values == {}
        assert again.changes == ()
        assert [conflict for conflict in again.conflicts if not conflict.known] == []
        assert again.kept == first.kept


@given(data=st.data(), rules=st.sampled_from([RULES, SOURCE_WINS]))
def test_what_people_edit_survives_where_the_source_changes_nothing(data: st.DataObject, rules: Rules) -> None:
    """Over several runs, in which other paths change. A resource that goes or comes takes its fields along.

    What is in dispute ends as the source says where people go back to what it was.
    """
    there, disputed = World(), set[str]()
    wanted = data.draw(_RECORD)
    there.create(wanted)
    edited: dict[str, Any] = {}
    for _ in range(3):
        before = paths(there.now)
        there.edit(**data.draw(_edited(there.now)))
        now = paths(there.now)
        edited |= {path: value(now, path) for path in {*before, *now} if value(now, path) != value(before, path)}
        former, wanted = wanted, data.draw(st.one_of(st.just(wanted), _RECORD))
        said, says = paths(former), paths(wanted)
        changed = {path for path in {*said, *says} if value(said, path) != value(says, path)}
        disputed |= {conflict.path for conflict in there.sync(wanted, rules).conflicts}
        out = changed | disputed
        wholes = {whole(path) for path in out if path.startswith("resources.")}
        edited = {path: one for path, one in edited.items() if path not in out and whole(path) not in wholes}
        left = paths(there.now)
        assert {path: value(left, path) for path in edited} == edited


@given(data=st.data(), rules=st.sampled_from([RULES, SOURCE_WINS]))
def test_paths_that_only_the_catalog_has_are_never_touched(data: st.DataObject, rules: Rules) -> None:
    there = World()
    first, second = data.draw(_RECORD), data.draw(_RECORD)
    there.create(first)
    there.edit(**data.draw(_edited(there.now)))
    there.sync(first, rules)
    theirs = set(paths(there.now)) - set(paths(first)) - set(paths(second))
    # The fields of a resource go with it.
    theirs = {path for path in theirs if not path.startswith("resources.") or path.startswith("resources.theirs")}
    before = {path: value(paths(there.now), path) for path in theirs}
    there.sync(second, rules)
    assert {path: value(paths(there.now), path) for path in theirs} == before


_PATHS = ["title", "private", "extras", "extras.k", "tags", "groups", "resources", "resources.format"]
_OWN = st.frozensets(st.sampled_from(_PATHS), max_size=2)
_STRATEGIES = st.builds(Strategies, dataset_group_merge_strategy=st.sampled_from(["add", "replace", "preserve"]))


@given(data=st.data(), rules=st.builds(Rules, own=_OWN, strategies=_STRATEGIES))
@settings(max_examples=200)
def test_the_short_way_without_a_memory_gives_what_the_long_way_gives(data: st.DataObject, rules: Rules) -> None:
    there, wanted = World(), data.draw(_ANY_RECORD)
    there.create(wanted)
    if data.draw(st.booleans()):
        there.edit(**data.draw(_edited(there.now, own_urls=False)))
    if data.draw(st.booleans()):
        wanted |= data.draw(_ANY_RECORD)
    short = merge(wanted, there.now, None, rules, identity=IDENTITY)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(merging, "is_shown", lambda *_: False)
        assert merge(wanted, there.now, None, rules, identity=IDENTITY) == short


@given(data=st.data())
def test_without_memory_and_where_the_source_wins_all_that_it_says_is_there(data: st.DataObject) -> None:
    there = World()
    there.create(data.draw(_ANY_RECORD))
    there.edit(**data.draw(_edited(there.now, own_urls=False)))
    there.base = None
    wanted = data.draw(_ANY_RECORD)
    there.sync(wanted, SOURCE_WINS)
    says, now = paths(wanted), paths(there.now)
    scalars = {path: value(says, path) for path in says if not path.startswith("resources.")}
    assert {path: value(now, path) for path in scalars} == scalars
    urls = [_shown("url", item.get("url")) for item in wanted.get("resources", [])]
    shown = [_shown("url", item["url"]) for item in there.now["resources"]]
    left = iter(shown)
    assert all(url in left for url in urls)


@given(data=st.data())
def test_without_people_the_catalog_follows_the_source(data: st.DataObject) -> None:
    there = World()
    there.create(data.draw(_RECORD))
    for _ in range(3):
        wanted = data.draw(_RECORD)
        merged = there.sync(wanted)
        assert merged.conflicts == ()
        says, now = paths(wanted), paths(there.now)
        assert {path: value(now, path) for path in says} == {path: value(says, path) for path in says}
        assert {tag["name"] for tag in there.now["tags"]} == {tag["name"] for tag in wanted.get("tags", [])}
        assert len(there.now["extras"]) == len(wanted.get("extras", [])) + 1
        assert [item["id"] for item in there.now["resources"]] == [item["id"] for item in wanted.get("resources", [])]


_IGNORED = st.sets(
    st.sampled_from(
        ["title", "notes", "author_email", "private", "extras", "extras.k", "extras.l.m", "tags", "groups", "resources"]
    )
)
_FOREIGN = {
    "spatial": '{"type": "Point", "coordinates": [1.0, -0]}',
    "custom": [{"b": 1, "a": [None, " x "]}],
    "version": "1",
}


def not_ours(dataset: Mapping[str, Any], *said: Mapping[str, Any]) -> str:
    """Return, as JSON, what no record says anything of; of resources, all but their places."""
    keys = {key for one in said for key in one} | {"organization", "metadata_modified"}
    kept = {key: value for key, value in dataset.items() if key not in keys}
    for part, name in (("extras", "key"), ("tags", "name"), ("groups", "name"), ("resources", "id")):
        ours = {item[name] for one in said for item in one.get(part) or []}
        kept[part] = [{**item, "position": 0} for item in dataset[part] if item[name] not in ours]
    return json.dumps(kept, sort_keys=True)


@given(data=st.data(), conflict=st.sampled_from(["catalog", "source"]), ignored=_IGNORED)
def test_what_the_source_says_nothing_of_stays_to_the_byte(
    data: st.DataObject, conflict: OnConflict, ignored: set[str]
) -> None:
    """Fields that nobody here knows, too; in the same order; whatever else is said, and whatever of it is ignored."""
    rules, there = Rules(on_conflict=conflict, ignore=frozenset(ignored)), World()
    said = [drop_ignored(data.draw(_RECORD), ignored)]
    there.create(said[0])
    for _ in range(2):
        there.edit(**data.draw(_edited(there.now)), **_FOREIGN)
        # What was said once may be in dispute, and ends as the source says where people go back to what it was.
        said.append(drop_ignored(data.draw(_RECORD), ignored))
        before = not_ours(there.now, *said)
        there.sync(said[-1], rules)
        assert not_ours(there.now, *said) == before
