"""From a source to a plan: what is asked, in which order. It carries no flow through."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime

from ckan_api_client.exceptions import NotAuthorized
from ckan_api_client.low_level.flows import list_names
from ckan_api_client.quirks.moments import is_same_moment
from ckan_api_client.sources import Complete, Ending, Reading, Recognizing, ShortListing, Source
from ckan_api_client.syncing.asking import Inquiry
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.catalog import Account, check_account, read_account, read_listing
from ckan_api_client.syncing.events import CatalogRead, Listener, SourceRead
from ckan_api_client.syncing.groups import check_default_organization, describe_groups
from ckan_api_client.syncing.holders import find_holders_for_new
from ckan_api_client.syncing.identity import check_source_name
from ckan_api_client.syncing.judging import Facts, Judge
from ckan_api_client.syncing.making import making_of
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.planning import make_plan
from ckan_api_client.syncing.same_catalog import check_same_catalog
from ckan_api_client.syncing.settling import Settlement, tell_again
from ckan_api_client.syncing.state import Entry, Row, State
from ckan_api_client.syncing.wanted import Intake, Recognized, read_source
from ckan_api_client.wire.messages import Flow

_EVERY = 100
#: Whole pages cost less than single reads beyond this part of the source's datasets (250 ms for 1,000, 20 ms for one).
_MOST_SINGLE, _MOST_SINGLE_PART = 50, 0.03


class Survey:
    """`prepare`; then carry the flows of `questions` through; then `finish`, which returns the plan."""

    def __init__(
        self,
        source_name: str,
        source: Source,
        state: State,
        options: Options,
        *,
        catalog_url: str,
        listener: Listener | None,
    ) -> None:
        self._name = check_source_name(source_name)
        self._source = source
        self._state = state
        self._options = options
        self._catalog_url = catalog_url
        self._tell: Listener = listener or (lambda _: None)
        self._now = datetime.now(UTC)
        #: What earlier runs had begun to write when they ended.
        self._pending: dict[str, Entry] = {}
        self._whole = False
        self._settled = 0
        self.intake = Intake(state.spool)
        self.facts = Facts()
        self._inquiry = Inquiry(self._name, state.spool, self.facts)
        self.account = Account("", is_sysadmin=False, version=None, extensions=frozenset())

    def prepare(self) -> Flow[None]:
        """Ask who we are, read the source, and list the catalog."""
        self.account = yield from read_account()
        if self._options.deletes == "purge" and not self.account.is_sysadmin:
            raise NotAuthorized(403, f"only a sysadmin may purge datasets, and {self.account.name!r} is none")
        if self._options.default_organization is not None:
            yield from check_default_organization(self._options.default_organization)
        self._options = self._options.on_site(self.account)
        self._pending = {entry.key: entry for entry in self._state.unsettled() if entry.kind == "dataset"}
        self._inquiry = Inquiry(self._name, self._state.spool, self.facts, self._pending)
        recognized = Recognized(self._state.lines, self._pending)
        self.intake = read_source(
            self._name,
            Reading(self._watched(self._listing(recognized))),
            self._state.spool,
            recognized=recognized,
            default_organization=self._options.default_organization,
            server_made_extras=self._options.rules.server_made_extras,
            ignore=self._options.rules.ignore,
        )
        tell_again(self._state)
        self._whole = not self._state.count_bases()
        self.facts.doubt = yield from read_listing(self._name, self._state.spool, whole=self._whole)
        self._sort()
        if not self._whole and sum(_is_unclear(row) for row in self._rows()) > self._most_single():
            self._whole = True
            self.facts.doubt = yield from read_listing(self._name, self._state.spool, whole=True)
            self._sort()
        self.facts.organizations = frozenset((yield from list_names("organization")))
        self.facts.groups = frozenset((yield from list_names("group")))
        yield from check_same_catalog(self._name, self._catalog_url, self._state.spool)
        self._tell(CatalogRead(self._state.spool.count_listed()))

    def questions(self) -> Iterator[Flow[None]]:
        """Yield the single reads that are needed before a plan can be made; they may run side by side."""
        for row in self._rows():
            if row.copies > 1:
                self.facts.still_open.add(row.record_id)
                continue
            known = row.dataset_id or (row.base_dataset_id if row.base_status == "present" else None)
            entry = self._pending.get(row.record_id)
            if entry is not None and known is None:
                yield self._inquiry.ask_for_created(entry, row)
            elif entry is not None or (_is_unclear(row) and not self._was_seen(row)):
                yield self._inquiry.ask(row, known or "")
            elif row.dataset_id is None and (row.base_status == "present" or (row.base_status and row.wanted_hash)):
                yield self._inquiry.ask(row, row.base_dataset_id or "")
        if not self._state.count_bases():
            for organization in sorted(self.intake.used_organizations & self.facts.organizations):
                yield self._inquiry.ask_members(organization)

    def finish(self) -> Flow[Plan]:
        """Return the plan, once the questions are answered."""
        self.facts.holders, self.facts.adoptable = yield from find_holders_for_new(self._state.spool, self._options)
        self.facts.described = yield from describe_groups(self.intake, self.facts, self._options.rules.strategies)
        yield from check_account(self.account)
        settlement = Settlement(self._name, self._state, self.facts, self._options, self.intake.present)
        settlement.settle(self._pending, self._inquiry.answers)
        return make_plan(
            self._name,
            self._catalog_url,
            self.account,
            rows=self._rows(),
            judge=self.judge(),
            settled=self._settled,
            intake=self.intake,
            facts=self.facts,
            options=self._options,
            serial=self._state.serial,
            made=self._now.isoformat(timespec="seconds"),
            doubts=(self._state.rebuilt_because, self._inquiry.index_doubt()),
            settle=self._state.spool.settle,
        )

    def judge(self) -> Judge:
        return Judge(self._name, self._state, self.facts, self._options, self._now)

    def remember(self, *, besides: Collection[str] = (), with_conflicts: bool = True) -> None:
        """Remember the datasets that nothing was written to, all `besides` some records', and the lines of the source.

        Of those `with_conflicts` only once a run has told them.
        """
        self._state.put_settled()
        for base in self._left(besides, with_conflicts=with_conflicts):
            self._state.put_base(base)
        self._state.lines.keep(complete=isinstance(self.intake.ending, Complete))

    def _left(self, besides: Collection[str], *, with_conflicts: bool) -> Iterator[Base]:
        judge = self.judge()
        for row in self._rows():
            if row.wanted_hash is not None and row.record_id not in besides:
                judgement = judge.judge(row)
                is_told = with_conflicts or not judgement.conflicts
                if judgement.change is None and judgement.base is not None and is_told:
                    yield judgement.base

    def _rows(self) -> Iterator[Row]:
        return self._state.spool.rows()

    def _most_single(self) -> int:
        return max(_MOST_SINGLE, int(_MOST_SINGLE_PART * self._state.spool.count_listed()))

    def _was_seen(self, row: Row) -> bool:
        return self._whole and self._state.spool.was_seen(row.record_id)

    def _sort(self) -> None:
        """Set aside the records that are settled: nothing is to be asked, to be done, or to be remembered of them."""
        self._settled = self._state.spool.sort(still_open=self._pending)

    def _listing(self, recognized: Recognized) -> ShortListing:
        source = self._source
        if not isinstance(source, Recognizing):
            return source.read()
        self._state.lines.begin(making_of(self._name, source.text_format, self._options))
        return source.read_unknown(recognized.known)

    def _watched(self, listing: ShortListing) -> ShortListing:
        """Read the source and tell how far that is."""
        records = 0
        while True:
            try:
                item = next(listing)
            except StopIteration as done:
                self._tell(SourceRead(self._source.position, self._source.size, records))
                ending: Ending = done.value
                return ending
            records += 1
            if records % _EVERY == 0:
                self._tell(SourceRead(self._source.position, self._source.size, records))
            yield item


def _is_unclear(row: Row) -> bool:
    """Tell whether a listed dataset is not, or no longer, as the local state has it."""
    if row.dataset_id is None:
        return False
    known = row.base_status is not None and row.dataset_id == row.base_dataset_id
    return not (known and is_same_moment(row.listed_modified or "", row.base_modified or ""))
