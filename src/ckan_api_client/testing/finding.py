"""The actions that read the index: package_search, and those that CKAN makes of it (quirks E7, E9)."""

from collections.abc import Mapping
from typing import Any, Final

from . import values
from .authorization import check_read_group, labels_of_caller
from .errors import NotFoundFailure, ValidationFailure
from .site import Call
from .store import Row
from .values import Invalid, as_flag

_SWITCHES: Final = ("include_private", "include_drafts", "include_deleted", "use_default_schema")


def package_search(call: Call) -> Row:
    return search_packages(call, call.arguments)


def search_packages(call: Call, arguments: Mapping[str, Any]) -> Row:
    """Return what package_search answers the caller. Its results are the index's own: not to be changed."""
    for name in _SWITCHES:
        as_flag(arguments.get(name, False))  # what is neither yes nor no breaks CKAN
    labels = labels_of_caller(call)
    found = call.site.index.search(arguments, None if labels is None else sorted(labels))
    return {
        "count": found.count,
        "facets": found.facets,
        "results": found.results,
        "sort": found.sort,
        "search_facets": {name: _with_titles(call, name, facet) for name, facet in found.search_facets.items()},
    }


def _with_titles(call: Call, name: str, facet: Row) -> Row:
    """Return a facet of groups or organizations with the titles that they have now; those of the index may be old."""
    if name not in ("groups", "organization"):
        return facet
    items = [{**item, "display_name": _title(call, item["name"])} for item in facet["items"]]
    return {**facet, "items": sorted(items, key=lambda item: str(item["display_name"]), reverse=True)}


def _title(call: Call, name: str) -> str:
    title = call.store.value("SELECT title FROM groups WHERE name = ?", name)
    return str(title) if title and title.strip() else name


def current_package_list_with_resources(call: Call) -> list[Row]:
    """Return ten datasets, or as many as `limit` says, those changed last first."""
    numbers: dict[str, int] = {}
    errors: dict[str, list[str]] = {}
    for name in ("limit", "offset", "page"):
        if call.arguments.get(name) is None:
            continue
        try:
            numbers[name] = values.as_natural(call.arguments[name])
        except Invalid as invalid:
            errors[name] = [str(invalid)]
    if numbers.get("page") == 0:
        errors["page"] = ["Must be a positive integer"]
    if errors:
        raise ValidationFailure(errors)
    start = numbers.get("offset", 0)
    if "offset" not in numbers and "page" in numbers:
        start = (numbers["page"] - 1) * numbers.get("limit", 0)
    arguments = {"q": "", "rows": numbers.get("limit"), "start": start, "include_private": call.is_sysadmin}
    results: list[Row] = search_packages(call, arguments)["results"]
    return results


def group_package_show(call: Call) -> list[Row]:
    reference = call.need("id")
    limit = call.arguments.get("limit") or None
    if limit is not None:
        try:
            limit = int(limit)
        except ValueError:
            limit = -1
        if limit < 0:
            raise ValidationFailure({"message": "Limit must be a positive integer"})
    group = call.store.by_reference("groups", reference)
    if group is None:
        raise NotFoundFailure("")
    check_read_group(call, group)
    results: list[Row] = search_packages(call, {"fq": f"groups:{group['name']}", "rows": limit})["results"]
    return results
