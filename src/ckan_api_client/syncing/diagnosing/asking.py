"""The questions of a diagnosis to a catalog, as flows. They only read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from ckan_api_client.exceptions import HTTPError, NotAuthorized, NotFound, SearchError, ServerError
from ckan_api_client.low_level.flows import call_for_list, dataset_page, list_names, show
from ckan_api_client.quirks.search import escape_term, quote_phrase
from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.diagnosing.evidence import Listed, Shown
from ckan_api_client.syncing.diagnosing.rights import Rights
from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.wire.messages import Flow

#: Raw fields of the index, which a page of 1,000 gives in a fraction of a second.
_FIELDS = (
    "id", "name", "metadata_modified", "metadata_created", "state", "capacity", "organization", f"extras_{MARKER_KEY}",
)  # fmt: skip
#: How often the listing is read again when it does not add up.
_READINGS = 3
#: Also what is deleted, where a site keeps that in its index (quirk E21).
_EVERY_STATE = "+state:(active OR draft OR deleted)"


@dataclass(slots=True)
class MarkedList:
    """Marked datasets of the index. `twice`: ids that came more than once; `doubt`: why these may not be all."""

    datasets: dict[str, Listed] = field(default_factory=dict)
    twice: set[str] = field(default_factory=set)
    doubt: str = ""


def marked_by(source: str) -> str:
    """Return the filter for the datasets of a source; of any source for ""."""
    return f"+{MARKER_KEY}:{escape_term(source)}\\:*" if source else f"+{MARKER_KEY}:*"


def read_marked(source: str, tell: Callable[[int, int], None]) -> Flow[MarkedList]:
    """Return the marked datasets of a source, or of all, that the index shows us, private ones and drafts too."""
    filters = (marked_by(source), _EVERY_STATE)
    for _ in range(_READINGS):
        found = MarkedList()
        promised, after = -1, None
        while True:
            page = yield from dataset_page(after, filters=filters, fields=_FIELDS)
            promised = page.count if promised < 0 else promised
            for item in page.items:
                if item["id"] in found.datasets:
                    found.twice.add(item["id"])
                found.datasets[item["id"]] = Listed.of(item)
            tell(len(found.datasets), promised)
            if page.after is None:
                break
            after = page.after
        if len(found.datasets) == promised:
            break
        if not found.twice:
            found.doubt = f"it promised {promised} datasets and gave {len(found.datasets)}"
    return found


def read_lookalikes(source: str) -> Flow[list[Listed]]:
    """Return datasets whose marker holds the words of a source's name, and is not one of that source.

    The field with the prefix is split into words and lower-cased (quirk E10).
    """
    filters = (f"+extras_{MARKER_KEY}:{quote_phrase(source)}", f"-{MARKER_KEY}:{escape_term(source)}\\:?*")
    found: list[Listed] = []
    after: str | None = None
    while True:
        page = yield from dataset_page(after, filters=filters, fields=_FIELDS)
        found += map(Listed.of, page.items)
        if page.after is None:
            return found
        after = page.after


def read_listed(dataset_id: str) -> Flow[Listed | None]:
    """Return what the index shows of one dataset now."""
    page = yield from dataset_page(filters=(f"+id:{quote_phrase(dataset_id)}", _EVERY_STATE), fields=_FIELDS)
    return next((Listed.of(item) for item in page.items if item["id"] == dataset_id), None)


def read_shown(reference: str) -> Flow[Shown]:
    """Return what the database says of a dataset, by its id; by a name where nothing but that is known."""
    try:
        dataset = yield from show("dataset", reference)
    except NotFound:
        return Shown(reference, "absent")
    except NotAuthorized:
        return Shown(reference, "forbidden")
    except (SearchError, ServerError):
        return Shown(reference, "unreadable")
    if reference not in {dataset.get("id"), dataset.get("name")}:
        return Shown(reference, "absent")
    return Shown.of(dataset)


def read_rights(account: Account) -> Flow[Rights]:
    """Return where a user may write."""
    writable = yield from call_for_list("organization_list_for_user", {"permission": "update_dataset"}, dict)
    managed = yield from call_for_list("group_list_authz", {}, dict)
    groups = [] if account.is_sysadmin else (yield from list_names("group"))
    return Rights(
        frozenset(str(one.get("name")) for one in writable),
        frozenset(str(one.get("id")) for one in writable),
        frozenset(str(one.get("name")) for one in managed),
        frozenset(groups),
    )


def each(flows: Sequence[Flow[None]], tell: Callable[[int, int], None]) -> Iterator[Flow[None]]:
    """Yield flows that may run side by side, and tell how many are done."""
    done: list[None] = []

    def counted(flow: Flow[None]) -> Flow[None]:
        yield from flow
        done.append(None)
        tell(len(done), len(flows))

    return map(counted, flows)


def search_failed(error: HTTPError) -> str:
    """Return what a failed search says, in one line."""
    return " ".join(error.message.split())
