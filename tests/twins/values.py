"""Values as people send them: mostly plain, now and then one of those that CKAN treats oddly."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from twins.steps import Fresh, Id, Modified, Name, ResourceId, Text

Values = SearchStrategy[Any]

DATASETS = ("d1", "d1", "d2", "d3")
ORGANIZATIONS = ("o1", "o2")
GROUPS = ("g1", "g2")


def mostly(plain: Values, awkward: Values, percent: int = 10) -> Values:
    """Return the plain, and in so many cases of a hundred the awkward."""
    return st.integers(0, 99).flatmap(lambda number: awkward if number >= 100 - percent else plain)


def one(*values: Any) -> Values:
    return st.sampled_from(values)


LONG = "x" * 101
WRONG_TYPES = one(None, "", " ", 5, 1.5, True, False, 0, [], {}, ["a"], {"a": 1}, [{"a": 1}], [None], [["a"]])

TEXTS = mostly(
    one("Water", "Air quality", "  padded  ", "Übergrößen 日本", "a: b, c", "<b>bold</b>", "two\nlines", "05"),
    st.one_of(WRONG_TYPES, one(LONG, "null", "\u0000", "\ud800", "\u0001", "2 \t")),
)
STATES = mostly(one("active"), one("deleted", "draft", "pending", "activ", "", None, 5))
BOOLEANS = mostly(one(True, False), one("true", "no", "on", "", None, "1", [], 1.0, "T", "yes"))
EMAILS = mostly(
    one("a@example.org", " b@example.org ", ""), one("a@localhost", "nobody", "a b@example.org", 5, None, "a@b@c", [])
)
VERSIONS = mostly(one("1.0", "2", ""), one(LONG, 2.0, None, "x" * 100))
LICENSES = mostly(one("cc-by", "notspecified", ""), one("unknown", None, 5))
TYPES = one("dataset", "harvest", "", None)

DATASET_NAMES = st.sampled_from(DATASETS).map(Name)
BAD_NAMES = one(
    Name("D1"), Name("d 1"), Name("d1\n"), Name("d_2-x"), Name("ü"), Name("y" * 90), Name(""),
    "", "a", None, "new", "edit", "search", [], {}, Id("d1"), Id("d2"), Fresh("name"), Name("o1"),
)  # fmt: skip
NAMES = mostly(DATASET_NAMES, BAD_NAMES, 10)
NEW_NAMES = mostly(st.sampled_from(("d2", "d2", "d3", "d3", "d4", "d1")).map(Name), BAD_NAMES, 8)
WRONG_IDS = one(
    Name("nothing"),
    "",
    None,
    5,
    [],
    {},
    True,
    Fresh("nobody"),
    Id("o1"),
    ResourceId("d1", 0),
    Text((Id("d1"), " ")),
    "*",
)
DATASET_REFERENCES = mostly(st.one_of(DATASET_NAMES, st.sampled_from(DATASETS).map(Id)), WRONG_IDS, 7)
ORGANIZATION_REFERENCES = mostly(
    st.sampled_from(("o1", "o1", "o2")).flatmap(lambda slot: one(Name(slot), Id(slot))),
    st.one_of(WRONG_IDS, one(Name("g1"), Id("g1"))),
    8,
)
GROUP_REFERENCES = mostly(
    st.sampled_from(("g1", "g1", "g2")).flatmap(lambda slot: one(Name(slot), Id(slot))),
    st.one_of(WRONG_IDS, one(Name("o1"), Id("o1"))),
    8,
)
OWNERS = mostly(one(Name("o1"), Id("o1"), Name("o1"), Name("o2")), one(None, "", Name("no"), Id("g1"), 5, [], {}), 8)

TAG_NAMES = mostly(
    one("water", "air", "two words", "Water", "öl", "a.b-c_d"),
    one("a", "x,y", "slash/", "", None, 5, "  ", "end\n", "x" * 100, LONG, [], {}, True, "tab\tbed"),
    10,
)
TAGS = mostly(
    st.lists(
        st.one_of(
            TAG_NAMES.map(lambda name: {"name": name}),
            TAG_NAMES.map(lambda name: {"name": name, "display_name": "shown", "state": "active"}),
        ),
        max_size=3,
    ),
    st.one_of(WRONG_TYPES, one([{"id": "x"}], [{}], [{"name": "water", "vocabulary_id": "v"}], {"name": "water"})),
    6,
)

EXTRA_KEYS = mostly(
    one("color", "size", "Größe", "a b", "harvest_source", "guid"),
    one(
        "title", "", None, 5, "color ", "metadata_modified", "owner_org", "issued_date", "a:b", "x" * 99, "__extras", []
    ),
    10,
)
DATES = one(
    "2020-01-31", "2020-01-31T12:30:00", "2020-01-31T12:30:00Z", "2020-01-31T12:30:00+02:00", "31.1.2020", "never"
)
EXTRA_VALUES = mostly(
    one("blue", "red", "", " padded ", "5", "a/b:c", "日本"),
    st.one_of(one(None, 5, 1.50, True, [], {}, ["a", "b"], {"a": 1}, [{"a": 1}], 10**20, "x" * 300), DATES),
    12,
)
EXTRAS = mostly(
    st.lists(
        mostly(
            st.fixed_dictionaries({"key": EXTRA_KEYS, "value": EXTRA_VALUES}),
            st.one_of(
                one({"key": "alone"}, {"value": "alone"}, {}, {"key": "gone", "value": "x", "state": "deleted"}),
                one({"key": "gone", "value": "x", "deleted": True}, {"id": "no-uuid", "key": "k", "value": "v"}),
                one({"key": "k", "value": "v", "unknown": "u"}, {"id": Fresh("extra"), "key": "k", "value": "v"}),
            ),
            6,
        ),
        max_size=3,
        unique_by=lambda extra: repr(extra.get("key")),
    ),
    st.one_of(WRONG_TYPES, one([{"key": "twice", "value": "a"}, {"key": "twice", "value": "b"}], {"color": "blue"})),
    6,
)

URLS = mostly(
    one("http://example.org/a.csv", "http://example.org/b.json", "https://example.org/", "example.org/c.xls", ""),
    one(" http://example.org/ ", None, 5, "ftp://x", "http://example.org/ü ö.pdf", "//x/y.csv", [], {}, "mailto:a@b.c"),
    10,
)
FORMATS = mostly(one("csv", "CSV", "text/csv", "JSON", "", "Foo", " csv "), one(None, 5, [], {}, "x" * 101), 10)
INTEGERS = mostly(
    one(10, "10", 0), one(10.0, " 7 ", True, "10.0", 10.5, "1e3", "", None, -1, 2**40, 2**70, "x", [], {})
)
RESOURCE_DATES = mostly(
    one("2020-01-31", "2020-01-31T12:30:00", "2020-01-31T12:30:00.123456"),
    one(
        "2020-01-31T12:30:00Z", "2020-01-31T12:30:00+02:00", "31.1.2020", "never", "", None, 5, "2020", "2020-13-01", []
    ),
)
RESOURCE_IDS = mostly(
    st.builds(ResourceId, st.sampled_from(DATASETS), st.sampled_from((0, 0, 1, 2))),
    one(Fresh("r1"), Fresh("r2"), "", None, "no-uuid", 5, [], "A" * 36, Id("d1"), Name("x")),
    8,
)


def fields(required: dict[str, Values], optional: dict[str, Values], most: int) -> Values:
    """Return objects with all that is required, and up to `most` of the rest."""
    if not optional:
        return st.fixed_dictionaries(required)
    chosen = st.lists(st.sampled_from(sorted(optional)), max_size=most, unique=True)
    return chosen.flatmap(lambda keys: st.fixed_dictionaries({**required, **{key: optional[key] for key in keys}}))


RESOURCE_FIELDS: dict[str, Values] = {
    "url": URLS,
    "name": TEXTS,
    "description": TEXTS,
    "format": FORMATS,
    "mimetype": one("text/csv", "", None, "x/y"),
    "size": INTEGERS,
    "hash": TEXTS,
    "created": RESOURCE_DATES,
    "last_modified": RESOURCE_DATES,
    "cache_last_updated": RESOURCE_DATES,
    "resource_type": one("file", "", None),
    "url_type": one("", None, "link"),
    "state": STATES,
    "position": one(0, 5, None, "x"),
    "package_id": one(Id("d2"), "x", None),
    "unknown": TEXTS,
    "extras": one({"a": "b"}, [], "x", None),
    "datastore_active": BOOLEANS,
    "metadata_modified": RESOURCE_DATES,
}
RESOURCES = mostly(
    st.lists(
        mostly(
            st.one_of(
                fields({"url": URLS}, RESOURCE_FIELDS, 3),
                fields({"id": RESOURCE_IDS}, RESOURCE_FIELDS, 2),
            ),
            one({}, {"id": ResourceId("d1", 0)}, {"name": "B"}, {"url": None}, {"tracking_summary": {}}),
            6,
        ),
        max_size=3,
    ),
    WRONG_TYPES,
    5,
)
GROUPS_OF_DATASET = mostly(
    st.lists(
        st.one_of(
            one({"name": Name("g1")}, {"id": Id("g1")}, {"name": Name("g2")}),
            one(
                {"id": Name("g1")}, {"name": Name("no")}, {"id": Fresh("no")}, {"name": Name("o1")}, {}, {"title": "x"}
            ),
        ),
        max_size=2,
    ),
    WRONG_TYPES,
    6,
)
DATASET_FIELDS: dict[str, Values] = {
    "title": TEXTS,
    "notes": TEXTS,
    "author": TEXTS,
    "url": TEXTS,
    "author_email": EMAILS,
    "maintainer_email": EMAILS,
    "version": VERSIONS,
    "license_id": LICENSES,
    "private": BOOLEANS,
    "state": STATES,
    "type": TYPES,
    "tags": TAGS,
    "extras": EXTRAS,
    "resources": RESOURCES,
    "groups": GROUPS_OF_DATASET,
    "tag_string": one("a1, b2", "", "water", "a", 5, None, "x/y"),
    "unknown": st.one_of(TEXTS, one([{"a": 1}])),
    "organization": one({"name": "x"}, None, "x"),
    "num_tags": one(5, "x"),
    "metadata_modified": one("2001-01-01T00:00:00", "never", None, Modified("d1")),
    "metadata_created": one("2001-01-01T00:00:00", None),
    "relationships_as_subject": one([], None, "x"),
    "plugin_data": one({"a": {"b": 1}}, {}, "", "x", None),
    "creator_user_id": one("x", None),
    "isopen": BOOLEANS,
}
GROUP_FIELDS: dict[str, Values] = {
    "title": TEXTS,
    "description": TEXTS,
    "image_url": one("", "http://example.org/a.png", "a.png", None),
    "state": STATES,
    "type": one("group", "organization", "", None),
    "approval_status": one("approved", "pending", "", None),
    "extras": EXTRAS,
    "users": one(
        [{"name": "editor", "capacity": "editor"}], [{"name": "editor", "capacity": "admin"}], [],
        [{"name": "nobody-here", "capacity": "editor"}], [{"name": "sysadmin", "capacity": "admin"}], None,
        [{"name": "editor"}], [{}], "x", [{"name": "editor", "capacity": "odd"}],
    ),
    "packages": one([{"id": Id("d1")}], [{"id": Name("d2")}], [], [{"id": Name("no")}], [{"name": Name("d1")}], None),
    "unknown": TEXTS,
    "is_organization": BOOLEANS,
    "tags": TAGS,
}  # fmt: skip
