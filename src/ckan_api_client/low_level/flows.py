"""What the low-level client does, as flows: calls whose answers are checked, complete lists, and who is asking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckan_api_client.exceptions import BadApiError, HTTPError, NotAuthorized, NotFound
from ckan_api_client.quirks.groups import READINGS, WITHOUT_DATASETS, names_after, summaries_after
from ckan_api_client.quirks.references import id_of
from ckan_api_client.quirks.search import MOST_ROWS, is_last_page, is_unreadable, page_arguments
from ckan_api_client.quirks.tokens import WHOAMI, is_answer_of_ckan
from ckan_api_client.wire.action import call, decipher_response, encode
from ckan_api_client.wire.messages import Flow, Request, Response, exchange

#: The kinds of object that have list, show, create, update and delete actions of their own.
KINDS = ("dataset", "organization", "group")
#: What is said of a token that CKAN does not know.
NOT_KNOWN = (
    "CKAN does not know this API token: it is wrong, expired or revoked, or the site reads tokens from another header. "
    "Make a new one on your user's page, under API Tokens"
)
_NOUNS = {"dataset": "package", "organization": "organization", "group": "group", "resource": "resource"}


@dataclass(frozen=True, slots=True)
class Page:
    """Some of a list, and where the next page starts: `after` is None when this is the last."""

    items: list[dict[str, Any]]
    after: str | None
    count: int


def whoami() -> Flow[dict[str, Any]]:
    """Return the caller's own user. Raises NotAuthorized where CKAN does not know the token, BadApiError for no CKAN.

    CKAN takes a wrong, expired or revoked token for an anonymous visitor and says nothing (quirk B1).
    """
    try:
        user = yield from call(WHOAMI, {}, repeatable=True)
    except (NotFound, NotAuthorized) as error:
        if not is_answer_of_ckan(error.original):
            if not isinstance(error.original, dict):
                raise
            raise BadApiError(
                f"{error.message} (HTTP {error.status_code}): no CKAN gives such an error. "
                "Is the base URL that of a CKAN (without /api/...)?"
            ) from error
        raise NotAuthorized(403, NOT_KNOWN, error) from error
    if not isinstance(user, dict) or not user.get("name"):
        raise BadApiError(f"{WHOAMI}: the answer is no user")
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
    if is_unreadable(result) and not fields:
        # By their bare ids they can be passed over.
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
    """Return the names of all groups, or of all organizations, in their order."""
    names: list[str] = []
    while True:
        page = yield from call_for_list(f"{kind}_list", names_after(len(names)), str)
        known = set(names)
        fresh = [name for name in page if name not in known]
        names.extend(fresh)
        if not fresh:
            return names


def list_summaries(kind: str) -> Flow[list[dict[str, Any]]]:
    """Return id, name, title and what else CKAN says in short of all groups, or organizations, in the order of names.

    Where one of them is purged meanwhile, CKAN answers 404 for the page (quirk E19), which is then asked for again.
    """
    found: dict[str, dict[str, Any]] = {}
    purged = 0
    while True:
        try:
            page = yield from call_for_list(f"{kind}_list", summaries_after(len(found)), dict)
        except NotFound:
            purged += 1
            if purged == READINGS:
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
        arguments |= WITHOUT_DATASETS
    return (yield from call_for_dict(f"{_NOUNS[kind]}_show", arguments, repeatable=True))


def create(kind: str, data: Mapping[str, Any]) -> Flow[dict[str, Any]]:
    """Return the object that CKAN made of the data. Never repeated by itself: see `wire.retry`."""
    return (yield from call_for_dict(f"{_NOUNS[kind]}_create", data))


def update(kind: str, data: Mapping[str, Any]) -> Flow[dict[str, Any]]:
    """Replace an object by the data. What the data does not hold is lost (quirks C1, F6)."""
    if id_of(data) is None:
        raise ValueError(f"{kind} to update: there must be an id in the data")
    return (yield from call_for_dict(f"{_NOUNS[kind]}_update", data))


def delete(kind: str, reference: str, *, ignore_404: bool) -> Flow[None]:
    """Move an object to the trash. What is there already, or never was, is no error if `ignore_404`."""
    try:
        yield from call(f"{_NOUNS[kind]}_delete", {"id": reference}, repeatable=True)
    except HTTPError as error:
        if not (ignore_404 and isinstance(error, NotFound)):
            raise
