"""The actions on tags and licences; there are no vocabularies."""

from typing import Any

from .errors import NotFoundFailure, NotImplementedHere
from .finding import search_packages
from .licenses import LICENSES, as_listed
from .site import Call
from .store import Row
from .values import as_flag


def tag_list(call: Call) -> list[str] | list[Row]:
    """Return the tags that some active dataset bears."""
    if call.arguments.get("vocabulary_id"):
        raise NotFoundFailure("could not find vocabulary")
    rows = call.store.rows(
        "SELECT DISTINCT tag.* FROM tag JOIN package_tag ON tag_id = tag.id JOIN package ON package.id = package_id"
        " WHERE package_tag.state = 'active' AND package.state = 'active' ORDER BY tag.rowid"
    )
    text = call.arguments.get("query") or call.arguments.get("q")
    if text:
        words = text if isinstance(text, list) else [text]
        rows = [row for row in rows if any(word.strip().lower() in row["name"].lower() for word in words)]
    if call.arguments.get("all_fields"):
        return [_record(row) for row in rows]
    return [row["name"] for row in rows]


def _record(row: Row) -> Row:
    return {
        "id": row["id"],
        "name": row["name"],
        "vocabulary_id": row["vocabulary_id"],
        "display_name": row["name"],
    }


def tag_show(call: Call) -> Row:
    reference = call.need("id")
    if call.arguments.get("vocabulary_id"):
        raise NotImplementedHere("tag_show: there are no vocabularies here")
    tag = call.store.by_reference("tag", reference)
    if tag is None:
        raise NotFoundFailure("")
    record = _record(tag)
    if as_flag(call.arguments.get("include_datasets", False)):
        search: dict[str, Any] = {"q": f'+capacity:public +tags:"{tag["name"]}"', "rows": 1000}
        record["packages"] = search_packages(call, search)["results"]
    return record


def vocabulary_list(call: Call) -> list[Row]:
    del call
    return []


def license_list(call: Call) -> list[dict[str, str]]:
    del call
    return [as_listed(license_) for license_ in LICENSES]
