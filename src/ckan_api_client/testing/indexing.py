"""Brings datasets into the index as CKAN does on a write, before the database commits (quirks E1, E3, E11)."""

import re
from typing import Final

from .authorization import labels_of_package
from .errors import InternalFailure, SearchIndexFailure
from .index import Shown
from .records import package_record
from .search import check_document, document_of
from .site import Site
from .store import Row

_OVERFLOW: Final = re.compile(r"\d{19,}")  # more digits than the parser of dates can count: it breaks, CKAN swallows it


def index_package(site: Site, package: Row, *, extras_as_sent: bool = False) -> Row:
    """Put a dataset into the index, or take it out if it is deleted; returns it as it is shown from now on."""
    record = Shown(package_record(site, package, extras_as_sent=extras_as_sent))
    if package["state"] in (None, "deleted"):
        site.index.remove(package["id"])
        return record
    if any(extra["key"].endswith("_date") and _OVERFLOW.fullmatch(extra["value"]) for extra in record["extras"]):
        if site.behaviour.unindexable_is_refused:
            raise InternalFailure("Internal Server Error")
        return record  # saved, and never found (live d16)
    if any(extra["key"] == "_version_" for extra in record["extras"]):
        raise SearchIndexFailure(
            "Unable to add package to search index: Solr returned an error: Solr responded with an error (HTTP 400): "
            "[Reason: Error adding field '_version_']"
        )
    _put(site, package, record, is_titled=not site.behaviour.commit_indexes or bool((package["title"] or "").strip()))
    return record


def change_indexed(site: Site, id: str, owner: str | None, changes: Row) -> None:
    """Change a dataset's copy in the index, whatever the database has; only an active one of this owner."""
    document = site.index.get(id)
    if document is None:
        return
    copy = document["validated_data_dict"]
    if copy["state"] != "active" or copy["owner_org"] != owner:
        return
    record = Shown({**copy, **changes})
    if record["state"] == "deleted":
        site.index.remove(id)
        return
    package = site.store.row("SELECT * FROM package WHERE id = ?", id)
    if package is not None:
        _put(site, package, record, is_titled="title" in document)


def _put(site: Site, package: Row, record: Shown, *, is_titled: bool) -> None:
    document = document_of(record, labels_of_package(package))
    document["id"] = package["id"]
    if not is_titled:
        for field in ("title", "title_string", "title_ngram"):  # only what is shown has the name instead
            document.pop(field, None)
    document["validated_data_dict"] = record
    reason = check_document(document)
    if reason:
        raise SearchIndexFailure(f"Unable to add package to search index: {reason}")
    site.index.put(document)
