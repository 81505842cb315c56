"""Examining a source and its catalog: which questions are asked, in which order. It carries no flow through."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ckan_api_client.exceptions import NotAuthorized, SearchError, ServerError, StateError
from ckan_api_client.low_level.flows import call_for_dict
from ckan_api_client.low_level.index_check import IndexCheck, check_index
from ckan_api_client.quirks.moments import is_same_moment
from ckan_api_client.syncing.catalog import Account, check_account, find_unindexed, read_account
from ckan_api_client.syncing.diagnosing import asking
from ckan_api_client.syncing.diagnosing.datasets import dataset_findings, duplicate_findings
from ckan_api_client.syncing.diagnosing.evidence import Evidence, Remembered
from ckan_api_client.syncing.diagnosing.finding import Check, Diagnosis, Finding, Item, Severity, counted, in_order
from ckan_api_client.syncing.diagnosing.index import disagreeing, index_findings
from ckan_api_client.syncing.diagnosing.memory import file_findings, run_findings
from ckan_api_client.syncing.diagnosing.releases import oddities_of, site_findings, version_of
from ckan_api_client.syncing.diagnosing.rights import Rights, right_findings, token_findings, unknown_token
from ckan_api_client.syncing.events import Examined, Listener
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.state.inspecting import Inspection
from ckan_api_client.wire.messages import Flow, Sleep

#: So many datasets that the index does not show are read one by one, to see whose they are.
_MOST_CANDIDATES = 1_000
#: Seconds before what differs is looked at again: somebody may be writing it.
PAUSE = 1.0


class Examination:
    """`meet`, `visit`, `list_all`; the flows of `members`, `questions` and `second_looks`; `finish`; then `diagnosis`.

    `inspection`: the local state of the source; None where no source is named, and the catalog alone is looked at.
    `quick`: believe the index where the state says the same.
    """

    def __init__(
        self,
        catalog_url: str,
        source: str,
        inspection: Inspection | None,
        *,
        command: str,
        is_anonymous: bool,
        quick: bool,
        listener: Listener | None,
    ) -> None:
        self._url = catalog_url
        self._inspection = inspection
        self._command = command
        self._quick = quick
        self._tell: Listener = listener or (lambda _: None)
        self._lock = threading.Lock()
        self._account: Account | None = None
        self._rights = Rights()
        self._names: IndexCheck | None = None
        self._findings: list[Finding] = []
        self._left_out: list[str] = []
        self._facts: dict[str, Any] = {}
        self._candidates: set[str] = set()
        self.evidence = Evidence(source, is_anonymous=is_anonymous)
        if inspection is not None:
            self._remember(inspection)

    def meet(self) -> Flow[None]:
        """Ask who we are. Raises NotAuthorized where CKAN does not know the token: see `reject`."""
        if not self.evidence.is_anonymous:
            self._account = yield from read_account()

    def reject(self, error: NotAuthorized) -> None:
        """Note that CKAN does not know the token: nothing more can be asked."""
        self._findings.append(unknown_token(error.message))
        self._left_out.append("the catalog was not looked at: with this token it would seem to lack things")

    def visit(self) -> Flow[None]:
        """Ask what the catalog is, and where the token may write."""
        self._findings += token_findings(self._account)
        status = yield from call_for_dict("status_show", {}, repeatable=True)
        self._findings += site_findings(status, self._url)
        version = version_of(str(status.get("ckan_version") or ""))
        self._facts |= {
            "user": self._account.name if self._account else None,
            "sysadmin": self._account.is_sysadmin if self._account else False,
            "ckan_version": status.get("ckan_version"),
            "extensions": status.get("extensions") or [],
            "oddities": oddities_of(version) if version else [],
        }
        if self._account is not None:
            self._rights = yield from asking.read_rights(self._account)

    def list_all(self) -> Flow[None]:
        """Read what the index has."""
        evidence = self.evidence
        try:
            marked = yield from asking.read_marked(evidence.source, self._telling("listing the datasets with a marker"))
            evidence.listed, evidence.twice, evidence.doubt = marked.datasets, marked.twice, marked.doubt
            if evidence.source:
                evidence.lookalikes = yield from asking.read_lookalikes(evidence.source)
            if not self._quick:
                telling = self._telling("comparing the search index with the database")
                self._names = yield from check_index(telling)
        except NotAuthorized as error:
            self._left_out.append(f"not all could be listed: {error.message}")
        except (SearchError, ServerError) as error:
            evidence.is_listed, evidence.doubt = False, asking.search_failed(error)
        if self._names is not None:
            self._candidates.update(self._names.missing)

    def members(self) -> Iterator[Flow[None]]:
        """Yield the questions to the second witness: which datasets an organization has in the database."""
        if self.evidence.source and self.evidence.is_listed:
            used = {one.organization for one in self.evidence.listed.values()}
            used |= {one.organization for one in self.evidence.remembered.values()}
            flows = [self._ask_members(name) for name in sorted(used - {""})]
            yield from asking.each(flows, self._telling("asking for the members of organizations"))

    def questions(self) -> Iterator[Flow[None]]:
        """Yield the questions to the database, a dataset each; they may run side by side."""
        evidence = self.evidence
        wanted: set[str] = set()
        if evidence.source:
            by_id = {one.dataset_id: one for one in evidence.remembered.values()}
            wanted |= {one.dataset_id for one in by_id.values() if one.is_expected and not self._is_vouched_for(one)}
            wanted |= {one for one in evidence.listed if one not in by_id or not self._is_vouched_for(by_id[one])}
            withdrawn = {one.dataset_id for one in by_id.values() if not one.is_expected}
            known = withdrawn | set(by_id) | set(evidence.listed)
            self._candidates -= known
            candidates = sorted(self._candidates)
            if len(candidates) > _MOST_CANDIDATES:
                left = len(candidates) - _MOST_CANDIDATES
                self._left_out.append(f"{left:,} datasets that the index does not show: nobody looked whose they are")
            derived = self._derived() - known
            self._candidates |= derived
            wanted |= {*candidates[:_MOST_CANDIDATES], *derived}
        flows = [self._ask(one) for one in sorted(wanted)]
        yield from asking.each(flows, self._telling("asking the database"))

    def pause(self) -> Flow[None]:
        """Wait, if there is something to look at a second time: whoever writes meanwhile makes ghosts for a moment."""
        if self.evidence.is_listed and disagreeing(self.evidence):
            yield Sleep(PAUSE)

    def second_looks(self) -> Iterator[Flow[None]]:
        """Yield the questions for a second time where index and database disagreed: somebody may have been writing."""
        flows = [self._ask_again(one) for one in sorted(disagreeing(self.evidence))] if self.evidence.is_listed else []
        yield from asking.each(flows, self._telling("looking a second time"))

    def finish(self) -> Flow[None]:
        """Ask again who we are: had the token been revoked meanwhile, things would seem to be gone."""
        if self._account is not None:
            try:
                yield from check_account(self._account)
            except NotAuthorized as error:
                self._findings = [unknown_token(f"the token went bad meanwhile: {error.message}")]
                self._left_out = ["what was found of the catalog is not told: some of it was seen without a token"]
                self._account, self.evidence = None, Evidence("", is_listed=False, is_anonymous=True)
                return
        if self.evidence.source:
            self._findings += [
                *index_findings(self.evidence),
                *duplicate_findings(self.evidence),
                *dataset_findings(self.evidence, self._command),
                *right_findings(self._account, self._rights, self.evidence),
            ]
        else:
            self._findings += self._about_the_catalog()

    def diagnosis(self) -> Diagnosis:
        source = "" if self._inspection is None else self.evidence.source
        findings = [*self._findings]
        if self._inspection is not None:
            findings += file_findings(self._inspection, self._command)
            findings += self._about_runs(self._inspection)
        return Diagnosis(self._url, source, in_order(findings), self._facts, tuple(self._left_out))

    def _remember(self, inspection: Inspection) -> None:
        if inspection.state is None:
            return
        try:
            for base in inspection.state.bases():
                self.evidence.remembered[base.record_id] = Remembered.of(base)
        except (StateError, TypeError, ValueError, KeyError, AttributeError) as error:
            self.evidence.remembered.clear()
            self._findings.append(_content_damaged(error))
            return
        self.evidence.has_memory = bool(self.evidence.remembered) or bool(inspection.state.serial)

    def _about_runs(self, inspection: Inspection) -> list[Finding]:
        if inspection.state is None:
            return []
        try:
            return list(run_findings(inspection.state, self._command))
        except (StateError, TypeError, ValueError, KeyError) as error:
            return [_content_damaged(error)]

    def _derived(self) -> set[str]:
        """Return the ids that a sysadmin's sync would have given to datasets that have another one.

        Of the trash, nothing else can be listed (quirk E21), and nobody but a sysadmin sees into all of it.
        """
        if self._quick or self._account is None or not self._account.is_sysadmin:
            return set()
        source = self.evidence.source
        records = {*self.evidence.remembered, *self.evidence.in_use()}
        return {Identity(source, record_id).dataset_id for record_id in records}

    def _is_vouched_for(self, known: Remembered) -> bool:
        """Tell whether the index says of a dataset what the state remembers, and that is to be enough."""
        listed = self.evidence.listed.get(known.dataset_id)
        marker = Identity(self.evidence.source, known.record_id).marker
        return (
            self._quick
            and listed is not None
            and listed.marker == marker
            and is_same_moment(listed.modified, known.modified)
        )

    def _ask_members(self, organization: str) -> Flow[None]:
        found = yield from find_unindexed(organization)
        with self._lock:
            self._candidates.update(found)

    def _ask(self, reference: str) -> Flow[None]:
        shown = yield from asking.read_shown(reference)
        with self._lock:
            # A candidate that is not ours is nobody's business here.
            if reference not in self._candidates or self.evidence.record_of(shown.marker) is not None:
                self.evidence.shown[shown.dataset_id] = shown

    def _ask_again(self, dataset_id: str) -> Flow[None]:
        listed = yield from asking.read_listed(dataset_id)
        shown = yield from asking.read_shown(dataset_id)
        with self._lock:
            self.evidence.shown[dataset_id] = shown
            if listed is None:
                self.evidence.listed.pop(dataset_id, None)
            else:
                self.evidence.listed[dataset_id] = listed

    def _telling(self, doing: str) -> Any:
        return lambda done, total: self._tell(Examined(doing, done, total))

    def _about_the_catalog(self) -> Iterator[Finding]:
        """Yield what is found where no source is named."""
        evidence = self.evidence
        if not evidence.is_listed:
            yield from index_findings(evidence)
            return
        if self._names is not None:
            yield from _name_findings(self._names)
        sources = Counter(one.marker.partition(":")[0] for one in evidence.listed.values())
        self._facts["sources"] = dict(sorted(sources.items()))
        copies = Counter(one.marker for one in evidence.listed.values() if one.state != "deleted")
        twice = {marker for marker, number in copies.items() if number > 1}
        if twice:
            yield Finding(
                Check.DUPLICATES,
                Severity.ERROR,
                f"{counted(len(twice), 'marker')} that more than one dataset bears",
                "a sync cannot tell which one is meant, and writes none of them",
                tuple(f"ckanclient doctor {one}" for one in sorted({marker.partition(":")[0] for marker in twice})),
                tuple(
                    Item(one.dataset_id, one.name, note=f"marker {one.marker!r}")
                    for one in sorted(evidence.listed.values(), key=lambda one: (one.marker, one.dataset_id))
                    if one.marker in twice
                ),
            )
        else:
            told = ", ".join(f"{name} ({number:,})" for name, number in sorted(sources.items())) or "none"
            yield Finding(Check.DUPLICATES, Severity.OK, f"no marker is borne twice; sources with datasets: {told}")
        if self._account is not None:
            number = len(self._rights.organizations)
            yield Finding(Check.RIGHTS, Severity.OK, f"may write in {counted(number, 'organization')}")


def _name_findings(names: IndexCheck) -> Iterator[Finding]:
    if names.missing:
        yield Finding(
            Check.INDEX,
            Severity.WARNING,
            f"the index lacks {counted(len(names.missing), 'public dataset')} of the database",
            "nobody finds them",
            ("on the server:", "ckan search-index rebuild"),
            tuple(Item(name=name) for name in sorted(names.missing)),
        )
    if names.ghosts:
        yield Finding(
            Check.INDEX,
            Severity.WARNING,
            f"the index shows {counted(len(names.ghosts), 'dataset')} as public that the database does not",
            "visitors find what they cannot open",
            ("on the server:", "ckan search-index rebuild", "ckan search-index clear-orphans"),
            tuple(Item(name=name) for name in sorted(names.ghosts)),
        )
    if not (names.missing or names.ghosts):
        told = f"in step with the database: {counted(names.public, 'public dataset')}"
        yield Finding(Check.INDEX, Severity.OK, told)


def _content_damaged(error: Exception) -> Finding:
    return Finding(
        Check.MEMORY,
        Severity.ERROR,
        f"a content of the state cannot be read: {error}",
        "runs that need it end with an error",
        ("begin anew with --forget-state; where source and catalog differ it is a conflict then",),
    )
