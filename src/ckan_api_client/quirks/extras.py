"""Extras: which keys CKAN refuses or cannot index, and free keys beside them.

CKAN (logic/schema.py, default_extras_schema; logic/validators.py, duplicate_extras_key and
extra_key_not_in_root_schema; quirk C6): keys are unique and not those of the dataset's own schema. Every extra is
indexed as `extras_<key>` (text) and, without the characters of the key outside A-Z a-z 0-9 _ -, as `<key>`
(lib/search/index.py), where Solr's schema.xml makes a string of it, unless it knows better.
"""

from __future__ import annotations

import re
from collections.abc import Container

from .dates import is_index_date

__all__ = ["RESERVED_KEYS", "free_key", "is_reserved", "is_unindexable"]

RESERVED_KEYS = frozenset(
    {
        "author", "author_email", "extras", "groups", "id", "license_id", "maintainer", "maintainer_email",
        "metadata_modified", "name", "notes", "owner_org", "plugin_data", "private", "relationships_as_object",
        "relationships_as_subject", "resources", "return_to", "save", "state", "tag_string", "tags", "title", "type",
        "url", "version", "__before", "__extras", "__junk",
    }
)  # fmt: skip
"""The keys of default_create_package_schema, 2.10 to 2.12; `metadata_modified` is one since 2.12.

A dataset type of a plugin (ckanext-scheming) adds its own fields.
"""

_SOLR_KEYS = frozenset(
    {
        "_version_", "_childDocuments_",  # Solr's own: optimistic locking, nested documents
        "views_total", "views_recent", "resources_accessed_total", "resources_accessed_recent",  # integers
    }
)  # fmt: skip
"""Each a 500 on 2.10 to 2.12 with Solr 9 (views_* from 2.11 on), unless the value happens to fit."""


#: What Solr's field of an extra leaves out of the key.
_NOT_IN_FIELDS = re.compile(r"[^A-Za-z0-9_-]")


def is_reserved(key: str) -> bool:
    """Whether CKAN refuses `key`: blank, or "There is a schema field with the same name" (409)."""
    return not key or key in RESERVED_KEYS


def is_unindexable(key: str, value: str) -> bool:
    """Whether an extra would make its dataset unindexable, whatever CKAN's validation says.

    An extra `date` is one of those with dates: CKAN looks at `extras_date`, too.
    """
    field = _NOT_IN_FIELDS.sub("", key)
    return field in _SOLR_KEYS or (f"_{field}".endswith("_date") and not is_index_date(value))


def free_key(key: str, taken: Container[str]) -> str:
    """Return `key`, or `key_2`, `key_3` … the first that is not in `taken`."""
    number = 1
    candidate = key
    while candidate in taken:
        number += 1
        candidate = f"{key}_{number}"
    return candidate
