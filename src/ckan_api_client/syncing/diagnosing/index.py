"""Where the search index and the database disagree about the datasets of a source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ckan_api_client.quirks.moments import is_same_moment
from ckan_api_client.syncing.diagnosing.evidence import Evidence, Listed, Shown
from ckan_api_client.syncing.diagnosing.finding import Check, Finding, Item, Severity, counted

#: Beyond so many, the whole index is made anew.
_MOST_SINGLE = 10


def index_findings(evidence: Evidence) -> Iterator[Finding]:
    """Yield ghosts, datasets that are missing from the index or old there, and those that it has twice."""
    if not evidence.is_listed:
        yield Finding(
            Check.INDEX,
            Severity.ERROR,
            f"the search does not answer: {evidence.doubt}",
            "without it nothing can be listed, and CKAN refuses every write",
            ("the operator of the site has to bring Solr back, or to mend its connection to CKAN",),
        )
        return
    if evidence.doubt:
        yield Finding(
            Check.INDEX,
            Severity.WARNING,
            f"the search index does not add up: {evidence.doubt}",
            "while that is so, nothing is deleted",
            ("ask again; if it stays so, on the server:", "ckan search-index rebuild"),
        )
    ghosts, old, missing = (list(find(evidence)) for find in (_ghosts, _old, _missing))
    if ghosts:
        yield Finding(
            Check.INDEX,
            Severity.WARNING,
            f"the index shows {counted(len(ghosts), 'dataset')} that the database does not have",
            "visitors find what they cannot open, and a sync cannot believe the list",
            _on_server(
                [f"ckan search-index clear {one.dataset_id}" for one in ghosts], "ckan search-index clear-orphans"
            ),
            tuple(ghosts),
        )
    if missing:
        yield Finding(
            Check.INDEX,
            Severity.WARNING,
            f"the index lacks {counted(len(missing), 'dataset')} of the database",
            "nobody finds them, and while a run sees such a one it deletes nothing",
            _on_server([f"ckan search-index rebuild {one.dataset_id}" for one in missing], "ckan search-index rebuild"),
            tuple(missing),
        )
    if old:
        yield Finding(
            Check.INDEX,
            Severity.WARNING,
            f"the index shows {counted(len(old), 'dataset')} otherwise than the database has them",
            "a search finds what they were, and a sync has to read each of them",
            _on_server([f"ckan search-index rebuild {one.dataset_id}" for one in old], "ckan search-index rebuild"),
            tuple(old),
        )
    if evidence.twice:
        twice = [Item(one, evidence.listed[one].name) for one in sorted(evidence.twice) if one in evidence.listed]
        yield Finding(
            Check.INDEX,
            Severity.WARNING,
            f"the index holds {counted(len(twice), 'dataset')} more than once",
            "counts are wrong then, so a run takes the index for unsteady and deletes nothing",
            _on_server(
                [
                    f"ckan search-index clear {one.dataset_id} && ckan search-index rebuild {one.dataset_id}"
                    for one in twice
                ],
                "ckan search-index clear && ckan search-index rebuild",
            ),
            tuple(twice),
        )
    if not (ghosts or missing or old):
        looked = sum(one.dataset_id in evidence.shown for one in evidence.listed.values())
        told = f"{counted(len(evidence.listed), 'dataset')} in the search index, {looked:,} held against the database"
        yield Finding(Check.INDEX, Severity.OK, told)


def disagreeing(evidence: Evidence) -> set[str]:
    """Return the ids of which index and database say different things."""
    return {one.dataset_id for find in (_ghosts, _old, _missing) for one in find(evidence)}


def _ghosts(evidence: Evidence) -> Iterator[Item]:
    for one in evidence.listed.values():
        shown = evidence.shown.get(one.dataset_id)
        if shown is None or shown.answer in {"forbidden", "unreadable"} or shown.is_in_use:
            continue
        note = "in the trash" if shown.answer == "there" else "gone"
        yield Item(one.dataset_id, one.name, evidence.record_of(one.marker) or "", note)


def _old(evidence: Evidence) -> Iterator[Item]:
    for one in evidence.listed.values():
        shown = evidence.shown.get(one.dataset_id)
        if shown is not None and shown.is_in_use and not _is_alike(one, shown):
            note = f"{one.modified} in the index, {shown.modified} in the database"
            yield Item(one.dataset_id, shown.name, evidence.record_of(one.marker) or "", note)


def _missing(evidence: Evidence) -> Iterator[Item]:
    """Of drafts, the index shows an editor its own only."""
    for one in evidence.shown.values():
        record_id = evidence.record_of(one.marker)
        is_ours = record_id is not None and one.answer == "there" and one.state == "active"
        if is_ours and one.dataset_id not in evidence.listed:
            yield Item(one.dataset_id, one.name, record_id or "")


def _is_alike(listed: Listed, shown: Shown) -> bool:
    same = (listed.marker, listed.is_private) == (shown.marker, shown.is_private)
    return same and is_same_moment(listed.modified, shown.modified)


def _on_server(single: Sequence[str], whole: str) -> tuple[str, ...]:
    return ("on the server:", *(single if len(single) <= _MOST_SINGLE else [whole]))
