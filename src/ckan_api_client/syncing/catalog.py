"""What is: the datasets of one source in the catalog, and who is looking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckan_api_client.exceptions import NotAuthorized
from ckan_api_client.low_level.flows import call_for_dict, dataset_page, list_names, whoami
from ckan_api_client.quirks.search import escape_term
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.identity import Identity, read_marker
from ckan_api_client.wire.messages import Flow

#: How often the listing is read again when it does not add up.
_READINGS = 3


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is, and what the site is like."""

    name: str
    is_sysadmin: bool
    version: str | None
    extensions: frozenset[str]


@dataclass(frozen=True, slots=True)
class Catalog:
    """The datasets that bear a source's marker, by record id, as the search index has them.

    Presence is a hint and absence is no evidence: the index lags, and loses documents (quirk E2). So a create is
    made such that it cannot make a second dataset, and every update and delete looks at the database first.
    `copies`: record ids whose marker is on several datasets. `doubt`: why the listing may not be whole, or "".
    """

    datasets: Mapping[str, dict[str, Any]]
    copies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    organizations: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    doubt: str = ""


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


def read_catalog(source: str, account: Account) -> Flow[Catalog]:
    """Return the datasets of a source, private ones and drafts included.

    The bare key of an extra is an exact field of the index (quirk E10); the marker is compared again here. The
    token's user is asked for once more at the end: had the token been revoked meanwhile, whatever is private would
    look as if it were not there (quirk B1).
    """
    found: dict[str, list[dict[str, Any]]] = {}
    doubt = ""
    for _ in range(_READINGS):
        found.clear()
        seen, promised = yield from _read_pages(source, found)
        doubt = "" if seen == promised else f"the search index promised {promised} datasets and gave {seen}"
        if not doubt:
            break
    organizations = yield from list_names("organization")
    groups = yield from list_names("group")
    user = yield from whoami()
    if user["name"] != account.name:
        raise NotAuthorized(403, f"the token was {account.name!r}'s, and is {user['name']!r}'s now")
    return Catalog(
        {key: copies[0] for key, copies in found.items() if len(copies) == 1},
        {key: tuple(str(copy["id"]) for copy in copies) for key, copies in found.items() if len(copies) > 1},
        frozenset(organizations),
        frozenset(groups),
        doubt,
    )


def _read_pages(source: str, found: dict[str, list[dict[str, Any]]]) -> Flow[tuple[int, int]]:
    filters = (f"+{MARKER_KEY}:{escape_term(source)}\\:*",)
    seen, promised, after = 0, -1, None
    while True:
        page = yield from dataset_page(after, filters=filters)
        promised = page.count if promised < 0 else promised
        seen += len(page.items)
        for item in page.items:
            identity = Identity.of_marker(read_marker(item) or "")
            if identity is not None and identity.source == source:
                found.setdefault(identity.record_id, []).append(item)
        if page.after is None:
            return seen, promised
        after = page.after
