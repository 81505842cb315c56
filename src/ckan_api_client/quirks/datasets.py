"""Datasets: the fields that CKAN has, and what of an answer it would not take."""

from __future__ import annotations

from ckan_api_client.quirks.equivalence import SERVER_MADE_DATASET_KEYS

#: The fields that hold text (ckan/logic/schema.py, default_create_package_schema).
TEXTS = ("notes", "author", "author_email", "maintainer", "maintainer_email", "license_id", "url", "version")
#: Of those, and of a title, the ones that are strings to Solr too: at most 32,766 bytes (quirk E11a).
INDEXED = frozenset({"title", "url", "license_id"})
EMAILS = frozenset({"author_email", "maintainer_email"})

FIELDS = frozenset(
    {"name", "title", "private", "type", "owner_org", "resources", "tags", "tag_string", "extras", "groups", *TEXTS}
)
#: What package_show adds, today (quirk C5c) or in CKAN 1 and 2.0, or is the business of the site that shows it.
NOT_CONTENT = SERVER_MADE_DATASET_KEYS | {
    "id", "state", "plugin_data", "ratings_average", "ratings_count", "notes_rendered", "ckan_url",
}  # fmt: skip

#: The one type that needs no plugin (quirk C29).
PLAIN_TYPE = "dataset"
