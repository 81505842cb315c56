"""Calls about datasets and their resources."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from twins import values
from twins.calls import Calls, call, call_about, call_with
from twins.steps import Fresh, Id, Modified, Name, ResourceId, Step
from twins.values import Values, fields, mostly, one

_REVISE_MATCH = mostly(
    st.one_of(
        values.DATASET_NAMES.map(lambda name: {"name": name}),
        st.sampled_from(values.DATASETS).map(lambda slot: {"id": Id(slot)}),
        st.sampled_from(values.DATASETS).map(lambda slot: {"id": Id(slot), "metadata_modified": Modified(slot)}),
    ),
    st.one_of(
        one({"id": Name("d1")}, {"name": Name("d1"), "title": "Water"}, {"id": Id("d1"), "state": "active"}, {}),
        one({"title": "Water"}, {"id": Id("d1"), "extras": [{"key": "color", "value": "blue"}]}, "x", None, [], 5),
        one({"id": Id("d1"), "resources": [{"id": ResourceId("d1", 0)}]}, {"id": None}, {"id": Id("d1"), "private": 0}),
        one({"id": Id("d1"), "tags": [{"name": "water"}]}, {"id": Id("d1"), "nothing": "x"}, {"name": Name("no")}),
    ),
    20,
)
_REVISE_FILTERS = mostly(
    one(
        ["-extras"], ["-tags"], ["-resources"], ["-groups"], ["+extras", "+id", "-*"], "-extras,-tags", ["-extras__0"],
        ["+resources__0__id", "-resources"], ["-notes"], ["-resources__0__description"], ["+id", "+name", "-*"], [],
    ),
    one(["extras"], "x", None, 5, ["-"], ["-nothing"], ["-extras__9"], ["+*"], [5], {}, ["-*"], ["-owner_org"]),
    15,
)  # fmt: skip
_FLATTENED: dict[str, Values] = {
    "update__title": values.TEXTS,
    "update__resources__0": one({"description": "x"}, {"url": "http://example.org/z"}, "x", None),
    "update__resources__extend": one([{"url": "http://example.org/new"}], [], "x"),
    "update__extras__0__value": values.EXTRA_VALUES,
    "update__extras__0": one({"key": "color", "value": "green"}, {}, None),
    "update__tags__extend": one([{"name": "more"}], [{"name": "a"}], [{}]),
    "update__resources__9__name": one("x"),
    "update__tags__0__name": values.TAG_NAMES,
    "update__groups__extend": one([{"name": Name("g2")}]),
    "match__state": one("active", "draft"),
    "match__title": one("Water"),
    "match__resources__0__url": one("http://example.org/a.csv"),
    "update__nothing__x": one("y"),
    "update__resources__b": one({"name": "by id"}),
}
_REVISE_UPDATE = mostly(
    fields({}, values.DATASET_FIELDS, 3), one({}, None, "x", [], {"id": Id("d2")}, {"name": Name("d3")}), 8
)


def _revise(kind: str, **parts: Values) -> SearchStrategy[Step]:
    return call("package_revise", st.fixed_dictionaries({"match": _REVISE_MATCH, **parts}), f"package_revise {kind}")


_ORDER = mostly(
    st.lists(st.builds(ResourceId, st.just("d1"), st.integers(0, 2)), max_size=3),
    one([], None, "x", [5], [None], [Fresh("no")], {}, ResourceId("d1", 0)),
    15,
)
_NEW_DATASET = mostly(
    fields({"name": values.NEW_NAMES, "owner_org": values.OWNERS}, values.DATASET_FIELDS, 4),
    fields({"name": values.NEW_NAMES}, {**values.DATASET_FIELDS, "id": one(Fresh("d"), "x", None, Id("d1"))}, 3),
    15,
)
_CHANGED = {**values.DATASET_FIELDS, "name": values.NAMES, "owner_org": values.OWNERS}
_UPDATED = mostly(
    fields(
        {"id": values.DATASET_REFERENCES, "owner_org": values.OWNERS, "name": values.NAMES}, values.DATASET_FIELDS, 4
    ),
    fields({"name": values.NAMES}, _CHANGED, 4),
    20,
)
_NEW_RESOURCE = fields(
    {"package_id": values.DATASET_REFERENCES, "url": values.URLS},
    {**values.RESOURCE_FIELDS, "id": values.RESOURCE_IDS},
    3,
)


_SHOWN = {"include_plugin_data": values.BOOLEANS, "use_default_schema": values.BOOLEANS}

CALLS: Calls = {
    call("package_create", _NEW_DATASET): 12,
    call("package_update", _UPDATED): 8,
    call_about("package_patch", values.DATASET_REFERENCES, 4, **_CHANGED): 10,
    _revise("update", update=_REVISE_UPDATE): 5,
    _revise("filter", filter=_REVISE_FILTERS): 3,
    _revise("filter and update", filter=_REVISE_FILTERS, update=_REVISE_UPDATE): 5,
    call("package_revise", fields({"match": _REVISE_MATCH}, _FLATTENED, 2), "package_revise flattened"): 4,
    call_about("package_delete", values.DATASET_REFERENCES): 4,
    call_about("package_show", values.DATASET_REFERENCES, 2, **_SHOWN): 3,
    call_about("dataset_purge", values.DATASET_REFERENCES): 2,
    call("resource_create", _NEW_RESOURCE): 5,
    call_about("resource_update", values.RESOURCE_IDS, 4, **values.RESOURCE_FIELDS): 4,
    call_about("resource_patch", values.RESOURCE_IDS, 3, **values.RESOURCE_FIELDS): 4,
    call_about("resource_delete", values.RESOURCE_IDS): 2,
    call_about("resource_show", values.RESOURCE_IDS): 2,
    call_with("package_resource_reorder", id=values.DATASET_REFERENCES, order=_ORDER): 2,
}
