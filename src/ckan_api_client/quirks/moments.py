"""Timestamps of one dataset from two places: the database has microseconds, the search index milliseconds."""

from __future__ import annotations

#: Fields that can change while `metadata_modified` stays: by the group's side, and by the DataStore (quirk F4b).
UNTIMED = frozenset({"groups", "resources"})

_TO_MILLISECONDS = len("2026-01-01T00:00:00.000")


def is_same_moment(indexed: str, shown: str) -> bool:
    """Tell whether a `metadata_modified` of the index and one of package_show are the same, as far as the index goes.

    Solr keeps three digits of a second, leaves zeros at the end out, and adds a Z; CKAN leaves six zeros out.
    """
    return bool(indexed) and bool(shown) and _cut(indexed) == _cut(shown)


def _cut(moment: str) -> str:
    bare = moment.removesuffix("Z")
    whole = bare if "." in bare else f"{bare}."
    return whole.ljust(_TO_MILLISECONDS, "0")[:_TO_MILLISECONDS]
