"""The counts of package_search's facets. Knows postings, and how CKAN arranges the counts."""

from collections.abc import Iterable, KeysView, Mapping
from typing import Any, TypeAlias

from .fields import Kind
from .lucene import syntax_error
from .postings import Postings

Counts: TypeAlias = dict[str, dict[str, int]]


def count_terms(postings: Postings, found: KeysView[int], *, least: int, limit: int) -> dict[str, int]:
    """How many of the found documents have each term: the most frequent first, or with a negative limit by name."""
    if postings.kind is Kind.DATE:
        raise syntax_error(postings.name, "Can't facet on a PointField without docValues")
    counted = ((term, len(found & postings.terms[term].keys())) for term in postings.sorted_terms())
    counts = [(term, count) for term, count in counted if count >= least]
    if limit < 0:
        return dict(counts)
    return dict(sorted(counts, key=lambda pair: -pair[1])[:limit])


def arranged(facets: Counts, titles: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """`search_facets`: with names for people, by those from Z to A. `titles` are by field and term."""
    return {
        field: {
            "title": field,
            "items": sorted(
                (
                    {"name": term, "display_name": _display_name(titles.get(field, {}), term), "count": count}
                    for term, count in counts.items()
                ),
                key=lambda item: str(item["display_name"]),
                reverse=True,
            ),
        }
        for field, counts in facets.items()
    }


def _display_name(titles: Mapping[str, str], term: str) -> str:
    title = titles.get(term, "")
    return title if title.strip() else term


def titles_in(packages: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    """The titles that datasets themselves bear of their organization, groups and license."""
    titles: dict[str, dict[str, str]] = {"organization": {}, "groups": {}, "license_id": {}}
    for package in packages:
        organization = package.get("organization") or {}
        titles["organization"][str(organization.get("name"))] = organization.get("title") or ""
        for group in package.get("groups") or ():
            titles["groups"][group["name"]] = group.get("title") or ""
        titles["license_id"][str(package.get("license_id"))] = package.get("license_title") or ""
    return titles
