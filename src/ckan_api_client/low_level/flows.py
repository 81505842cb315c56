"""What the low-level client does, as flows: calls whose answers are checked, complete lists, and who is asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckan_api_client.exceptions import BadApiError, HTTPError, NotAuthorized, NotFound
from ckan_api_client.quirks.search import MOST_ROWS, is_last_page, page_arguments
from ckan_api_client.wire.action import call, decipher_response, encode
from ckan_api_client.wire.messages import Flow, Request, Response, exchange

#: The kinds of object that have list, show, create, update and delete actions of their own.
KINDS = ("dataset", "organization", "group")
#: How often a page is asked for that CKAN fails to make because of what others do meanwhile.
_READINGS = 3
_NOUNS = {"dataset": "package", "organization": "organization", "group": "group", "resource": "resource"}


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list, and where the next page starts: `after` is None when this is the last."""

    items: list[dict[str, Any]]
    after: str | None
    count: int


def whoami() -> Flow[dict[str, Any]]:
    """Return the caller's own user. Raises NotAuthorized where CKAN does not know the token.

    CKAN takes a wrong, expired or revoked token for an anonymous visitor and says nothing (quirk B1); asking for
    oneself is the one question that tells (ckan/logic/action/get.py:1397, from 2.10 on).
    """
    try:
        user = yield from call("user_show", {}, repeatable=True)
    except (NotFound, NotAuthorized) as error:
        if not isinstance(error.original, dict):
            raise  # Something before CKAN said so.
        raise NotAuthorized(
            403,
            "CKAN does not know this API token: it is wrong, expired or revoked, or the site reads tokens from "
            "another header. Make a new one on your user's page, under API Tokens",
            error,
        ) from error
    if not isinstance(user, dict) or not user.get("name"):
        raise BadApiError("user_show: the answer is no user")
    return user


def request(method: str, path: str, *, json: Any = None, query: Mapping[str, str] | None = None) -> Flow[Response]:
    """Return the answer to a request of the caller's own, or raise what it means from status 300 on."""
    wanted = Request(
        method.upper(),
        path,
        label=f"{method.upper()} {path}",
        body=None if json is None else encode(json, path),
        query=tuple((query or {}).items()),
        repeatable=method.upper() in {"GET", "HEAD"},
    )
    response = yield from exchange(wanted)
    if response.status >= 300:  # noqa: PLR2004 - an HTTP status
        decipher_response(wanted, response)
    return response


def call_for_dict(action: str, arguments: Mapping[str, Any], *, repeatable: bool | None = None) -> Flow[dict[str, Any]]:
    """Return an action's result, which must be an object."""
    result = yield from call(action, arguments, repeatable=repeatable)
    if not isinstance(result, dict):
        raise BadApiError(f"{action}: the result should be an object, and is a {type(result).__name__}")
    return result


def call_for_list(action: str, arguments: Mapping[str, Any], of: type) -> Flow[list[Any]]:
    """Return an action's result, which must be a list of one type."""
    result = yield from call(action, arguments, repeatable=True)
    if not isinstance(result, list):
        raise BadApiError(f"{action}: the result should be a list, and is a {type(result).__name__}")
    for index, item in enumerate(result):
        if not isinstance(item, of):
            raise BadApiError(f"{action}: item {index} should be a {of.__name__}, and is a {type(item).__name__}")
    return result


def dataset_page(
    after: str | None = None,
    *,
    filters: Sequence[str] = (),
    fields: Sequence[str] = (),
    rows: int = MOST_ROWS,
    everything: bool = True,
) -> Flow[Page]:
    """Return the datasets after an id, in the order of ids, as many as the server gives at once.

    `filters` are Solr filter queries; `fields` narrow the answer to the raw fields of the index (`id` must be one).
    """
    arguments = page_arguments(after=after, filters=filters, fields=fields, rows=rows, everything=everything)
    result = yield from call_for_dict("package_search", arguments, repeatable=True)
    items, count = result.get("results"), result.get("count")
    if not isinstance(items, list) or not isinstance(count, int):
        raise BadApiError("package_search: the answer holds no results and count")
    last_id = after or ""
    for item in items:
        if not isinstance(item, dict) or not isinstance(item.get("id"), str):
            raise BadApiError("package_search: a result has no id")
        if item["id"] < last_id or item["id"] == after:
            raise BadApiError(f"package_search: asked for what comes after {last_id!r}, and got {item['id']!r}")
        last_id = item["id"]
    if count and not items and not fields:
        # CKAN drops the documents that it cannot read (ckan/logic/action/get.py:1927), here a whole page of them; by
        # their bare ids they can be passed over.
        dropped = yield from dataset_page(after, filters=filters, fields=("id",), rows=rows, everything=everything)
        return Page([], dropped.after, count)
    last = is_last_page(result, len(items))
    return Page(items, None if last else items[-1]["id"], count)


def list_dataset_ids(filters: Sequence[str] = ()) -> Flow[list[str]]:
    """Return the ids of all datasets that the caller may see, private ones and drafts too, in the order of ids."""
    ids: list[str] = []
    after: str | None = None
    while True:
        page = yield from dataset_page(after, filters=filters, fields=("id",))
        ids.extend(item["id"] for item in page.items)
        if page.after is None:
            return list(dict.fromkeys(ids))  # An index may hold a dataset twice (ckan#9159).
        after = page.after


def list_names(kind: str) -> Flow[list[str]]:
    """Return the names of all groups, or of all organizations: page by page, since CKAN stops at 1,000 (quirk E7).

    Ordered by name: in CKAN's own order, by title, those of equal title change places between pages (live, 2.11).
    """
    names: list[str] = []
    while True:
        arguments = {"sort": "name asc", "limit": MOST_ROWS, "offset": len(names)}
        page = yield from call_for_list(f"{kind}_list", arguments, str)
        known = set(names)
        fresh = [name for name in page if name not in known]
        names.extend(fresh)
        if not fresh:
            return names


def list_summaries(kind: str) -> Flow[list[dict[str, Any]]]:
    """Return id, name, title and what else CKAN says in short of all groups, or organizations.

    CKAN gives 25 at once, whatever is asked for (quirk E7); ordered as by `list_names`. Where one of them is purged
    meanwhile, CKAN answers 404 for the page, which is then asked for again.
    """
    found: dict[str, dict[str, Any]] = {}
    purged = 0
    while True:
        arguments = {
            "all_fields": True,
            "include_dataset_count": False,
            "sort": "name asc",
            "limit": MOST_ROWS,
            "offset": len(found),
        }
        try:
            page = yield from call_for_list(f"{kind}_list", arguments, dict)
        except NotFound:
            purged += 1
            if purged == _READINGS:
                raise
            continue
        before = len(found)
        for index, item in enumerate(page):
            if not isinstance(item.get("id"), str):
                raise BadApiError(f"{kind}_list: item {index} has no id")
            found[item["id"]] = item
        if len(found) == before:
            return list(found.values())


def show(kind: str, reference: str) -> Flow[dict[str, Any]]:
    """Return one object, by id or name, as CKAN has it; of groups and organizations without their datasets."""
    arguments: dict[str, Any] = {"id": reference}
    if kind in {"group", "organization"}:
        # Embedded lists are cut at ten, or cost a query each (quirk E7).
        arguments |= {"include_datasets": False, "include_dataset_count": False}
    return (yield from call_for_dict(f"{_NOUNS[kind]}_show", arguments, repeatable=True))


def create(kind: str, data: Mapping[str, Any]) -> Flow[dict[str, Any]]:
    """Return the object that CKAN made of the data. Never repeated by itself: see `wire.retry`."""
    return (yield from call_for_dict(f"{_NOUNS[kind]}_create", data))


def update(kind: str, data: Mapping[str, Any]) -> Flow[dict[str, Any]]:
    """Replace an object by the data. What the data does not hold is lost (quirks C1, F6)."""
    if not data.get("id"):
        # Without an id, CKAN takes `name` for the address, which may be that of another dataset (quirk D7).
        raise ValueError(f"{kind} to update: there must be an id in the data")
    return (yield from call_for_dict(f"{_NOUNS[kind]}_update", data))


def delete(kind: str, reference: str, *, ignore_404: bool) -> Flow[None]:
    """Move an object to the trash. What is there already, or never was, is no error if `ignore_404`."""
    try:
        yield from call(f"{_NOUNS[kind]}_delete", {"id": reference}, repeatable=True)
    except HTTPError as error:
        if not (ignore_404 and isinstance(error, NotFound)):
            raise
