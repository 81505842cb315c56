"""Searches of this run's datasets, in an order that does not hang on what else there is."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from twins import values
from twins.calls import Calls, call
from twins.steps import Id, Name, Step, Text
from twins.values import Values, fields, mostly, one

_OURS = [Text(("name:", Name("*")))]
_OPTIONS = fields(
    {},
    {
        "include_private": values.BOOLEANS,
        "include_drafts": values.BOOLEANS,
        "include_deleted": values.BOOLEANS,
        "rows": mostly(one(1, 2, 100), one(0, "2", -1, "x", None)),
        "start": mostly(one(0, 1), one("1", -1, "x")),
        "fl": mostly(one("id,name", ["id", "name"], "name,title"), one("", "*", [], "nothing")),
        "facet.field": mostly(one(["tags"], ["res_format", "groups"], ["organization"]), one([], "tags", None)),
        "use_default_schema": values.BOOLEANS,
    },
    2,
)
_ORDERS = mostly(one("name asc", "metadata_created desc"), one("title_string desc, name asc", "nothing asc", "name"))
_QUERIES = mostly(
    one("water", "title:water", "*:*", "", "Water air", '"air quality"', "tags:water", "res_format:CSV", "water -air"),
    one(
        "title:", "[", "a:b", "{!x}", "water AND", "wat*", "color:blue", "!", '"', 5, None, [], "nothing:x", "AND", "(a"
    ),
    25,
)


def _text(*parts: str | Name | Id) -> Text:
    return Text(parts)


_FILTERS = mostly(
    st.one_of(
        one(_text("name:", Name("d1")), _text("id:", Id("d1")), _text("id:(", Id("d1"), " OR ", Id("d2"), ")")),
        one(_text("owner_org:", Id("o1")), _text("organization:", Name("o1")), _text("groups:", Name("g1"))),
        one("tags:water", "tags:(water OR air)", 'tags:"two words"', "-tags:water", "res_format:CSV", "vocab_x:y"),
        one("color:blue", "extras_color:blue", "extras_color:BLUE", "color:*", "guid:a\\/b\\:c", 'size:"5"'),
        one("state:active", "+state:deleted", "+state:draft", "+state:(active OR draft OR deleted)", "private:true"),
        one("metadata_modified:[2001-01-01T00:00:00Z TO *]", "metadata_created:[* TO NOW]", "license_id:cc-by"),
        one("capacity:private", "capacity:public", "title:water", "has_resources:true", "num_resources:[1 TO *]"),
    ),
    one("x:", "(", "nothing:y", "{!x}", "", "a b c", "metadata_modified:x", "*", "permission_labels:public", 'a"b'),
)


def _search(kind: str, **arguments: Values) -> SearchStrategy[Step]:
    parts = st.tuples(st.fixed_dictionaries(arguments), _OPTIONS, _ORDERS)
    return call("package_search", parts.map(_restricted), f"package_search {kind}")


def _restricted(parts: tuple[dict[str, Any], dict[str, Any], Any]) -> dict[str, Any]:
    arguments, options, order = parts
    return {**arguments, **options, "sort": order, "fq_list": _OURS}


CALLS: Calls = {
    _search("q", q=_QUERIES): 4,
    _search("fq", fq=_FILTERS): 6,
    _search("by name"): 2,
    _search("q and fq", q=_QUERIES, fq=_FILTERS): 1,
}
