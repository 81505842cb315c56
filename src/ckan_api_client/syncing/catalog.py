"""What is: the datasets of one source in the catalog, and who is looking.

Presence in the index is a hint and absence is no evidence: the index lags, and loses documents (quirk E2). So a create
is made such that it cannot make a second dataset, and every update and delete is held against the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from ckan_api_client.exceptions import NotAuthorized, NotFound
from ckan_api_client.low_level.flows import call_for_dict, call_for_list, dataset_page, show, whoami
from ckan_api_client.quirks.search import escape_term
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity, read_marker
from ckan_api_client.wire.messages import Flow

#: How often the listing is read again when it does not add up.
_READINGS = 3
#: What is asked for of a dataset whose content the local state knows: the raw field, which CKAN shows by its bare key.
_SLIM = ("id", "name", "metadata_modified", f"extras_{MARKER_KEY}")


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is, and what the site is like."""

    name: str
    is_sysadmin: bool
    version: str | None
    extensions: frozenset[str]


class ListedStore(Protocol):
    """Where the datasets of the catalog are noted: `state.spool.Spool` is one."""

    def list_all(self, datasets: Iterable[tuple[str, str, str, str]]) -> None: ...
    def clear_listed(self) -> None: ...
    def put_all_seen(self, datasets: Sequence[tuple[str, Mapping[str, Any]]]) -> None: ...


def read_account() -> Flow[Account]:
    """Return who the token's user is. Raises NotAuthorized where CKAN does not know the token."""
    user = yield from whoami()
    status = yield from call_for_dict("status_show", {}, repeatable=True)
    extensions = status.get("extensions")
    return Account(
        str(user["name"]),
        user.get("sysadmin") is True,
        status.get("ckan_version"),
        frozenset(map(str, extensions if isinstance(extensions, list) else ())),
    )


def check_account(account: Account) -> Flow[None]:
    """Ask again who is asking: had the token been revoked meanwhile, what is private would look absent (quirk B1)."""
    user = yield from whoami()
    if user["name"] != account.name:
        raise NotAuthorized(403, f"the token was {account.name!r}'s, and is {user['name']!r}'s now")


def read_listing(source: str, store: ListedStore, *, whole: bool) -> Flow[str]:
    """Note the datasets of a source, private ones and drafts included; return why that may not be all, or "".

    The bare key of an extra is an exact field of the index (quirk E10); the marker is compared again here. `whole`:
    the datasets as well, not only when they were modified.
    """
    filters = (f"+{MARKER_KEY}:{escape_term(source)}\\:*",)
    doubt = ""
    for _ in range(_READINGS):
        store.clear_listed()
        seen, promised = yield from _read_pages(source, filters, store, whole=whole)
        after = promised
        if seen > 0:
            result = yield from dataset_page(filters=filters, fields=("id",), rows=0)
            after = result.count
        doubt = "" if seen == promised == after else _disagreement(seen, promised, after)
        if not doubt:
            break
    return doubt


def look(reference: str) -> Flow[dict[str, Any] | None]:
    """Return the dataset that the database has under an id or a name; None: nobody, or nobody we may see."""
    try:
        return (yield from show("dataset", reference))
    except (NotFound, NotAuthorized):
        return None


def read_members(organization: str) -> Flow[set[str]]:
    """Return the ids of an organization's datasets in the database; none where it may not be asked."""
    try:
        members = yield from call_for_list("member_list", {"id": organization, "object_type": "package"}, list)
    except (NotFound, NotAuthorized):
        return set()
    return {str(member[0]) for member in members if member}


def find_unindexed(organization: str) -> Flow[list[str]]:
    """Return the ids of an organization's datasets that the database has and the index does not show us."""
    ids = yield from read_members(organization)
    after: str | None = None
    while ids:
        filters = (f"+organization:{escape_term(organization)}",)
        page = yield from dataset_page(after, filters=filters, fields=("id",))
        ids.difference_update(item["id"] for item in page.items)
        if page.after is None:
            break
        after = page.after
    return sorted(ids)


def _read_pages(source: str, filters: Sequence[str], store: ListedStore, *, whole: bool) -> Flow[tuple[int, int]]:
    seen, promised, after, own = 0, -1, None, Identity(source, "").marker
    while True:
        page = yield from dataset_page(after, filters=filters, fields=() if whole else _SLIM)
        promised = page.count if promised < 0 else promised
        seen += len({item["id"] for item in page.items})
        listed, shown = [], []
        for item in page.items:
            marker = read_marker(item) or ""
            if not marker.startswith(own):
                continue
            record_id = marker.removeprefix(own)
            modified = str(item.get("metadata_modified") or "")
            listed.append((record_id, item["id"], str(item.get("name") or ""), modified))
            shown.append((record_id, item))
        store.list_all(listed)
        if whole:
            store.put_all_seen(shown)
        if page.after is None:
            return seen, promised
        after = page.after


def _disagreement(seen: int, promised: int, after: int) -> str:
    if seen != promised:
        return f"the search index promised {promised} datasets and gave {seen}"
    return f"the number of datasets in the search index changed from {promised} to {after} while it was read"
