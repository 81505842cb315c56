"""One run of a sync, from reading to the report: which flows, in which order. It carries none of them through."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ckan_api_client.exceptions import NotFound, SourceError
from ckan_api_client.low_level.flows import show
from ckan_api_client.quirks.equivalence import INJECTED_EXTRAS
from ckan_api_client.sources import Ending, Listing, Reading, Source
from ckan_api_client.sources.listing import NOTHING_DONE
from ckan_api_client.syncing.applying import apply_create, apply_delete, apply_group, apply_update
from ckan_api_client.syncing.catalog import Account, Catalog, read_account, read_catalog
from ckan_api_client.syncing.events import CatalogRead, Listener, Planned, Settled, SourceRead
from ckan_api_client.syncing.identity import Identity, check_source_name
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.planning import make_plan
from ckan_api_client.syncing.report import UNDONE, Did, Outcome, Report
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Intake, read_source
from ckan_api_client.wire.messages import Flow

#: So many failures in a row, with nothing done in between, are the server's and not the records'.
_FAILURES_IN_A_ROW = 25
_EVERY = 100


class Run:
    """One run. `prepare` first; then each of `batches`, whose outcomes are `note`d; then the `report`."""

    def __init__(
        self,
        source_name: str,
        source: Source,
        *,
        catalog_url: str,
        strategies: Strategies,
        default_organization: str | None,
        allow_empty: bool,
        listener: Listener | None,
    ) -> None:
        self._allow_empty = allow_empty
        self._name = check_source_name(source_name)
        self._source = source
        self._strategies = strategies
        self._default_organization = default_organization
        self._tell: Listener = listener or (lambda _: None)
        self._intake = Intake()
        self._catalog = Catalog({})
        self._account = Account("", is_sysadmin=False, version=None, extensions=frozenset())
        self._missing: dict[str, set[str]] = {"organization": set(), "group": set()}
        self._failures = 0
        self.plan = Plan(source_name)
        self.report = Report(source_name, catalog_url)

    def prepare(self) -> Flow[None]:
        """Ask who we are, read the source, read the catalog, and plan. Writes nothing.

        Raises SourceError for a source without any dataset, which would empty the catalog, unless that is allowed.
        """
        self._account = yield from read_account()
        if self._default_organization is not None:
            yield from _check_organization(self._default_organization)
        # What ckanext-harvest shows as extras is its own where it is installed, and content elsewhere (quirk C8).
        made = INJECTED_EXTRAS if "harvest" in self._account.extensions else frozenset()
        self._intake = read_source(
            self._name,
            Reading(self._watched()),
            default_organization=self._default_organization,
            server_made_extras=made,
        )
        if not (self._intake.datasets or self._intake.refused or self._allow_empty):
            raise SourceError(
                f"holds no dataset: {NOTHING_DONE}. If the source is really empty, say so (allow_empty)",
                file=self._source.name,
            )
        self._catalog = yield from read_catalog(self._name, self._account)
        self._tell(CatalogRead(len(self._catalog.datasets)))
        self.plan = make_plan(self._name, self._intake, self._catalog, self._strategies)
        self.report.unchanged = self.plan.unchanged
        self.report.no_deletes_because = self.plan.no_deletes_because
        self.report.adjusted = self._count_adjustments()
        self._tell(Planned(self.plan))
        for refused in self.plan.refused:
            self.note(Outcome.of_refused(refused))

    def batches(self) -> Iterator[Iterator[Flow[Outcome]]]:
        """Yield what has to be done, in order: one batch must be done before the next is asked for.

        Deletes come before creates, since they free names.
        """
        yield (apply_group(change) for change in self.plan.groups)
        yield self._deletes()
        yield self._creates()
        yield self._updates()

    def note(self, outcome: Outcome) -> None:
        """Take down what became of something."""
        if outcome.did in UNDONE and outcome.kind in self._missing:
            self._missing[outcome.kind].add(outcome.record_id)
        if outcome.did is Did.FAILED and not outcome.field:
            self._failures += 1
        elif outcome.did not in UNDONE:
            self._failures = 0
        self.report.outcomes.append(outcome)
        self._tell(Settled(outcome))

    def _watched(self) -> Listing:
        """Read the source and tell how far that is."""
        listing = self._source.read()
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

    def _deletes(self) -> Iterator[Flow[Outcome]]:
        for change in self.plan.deletes:
            marker = Identity(self._name, change.record_id).marker
            yield self._unless_hopeless(change.record_id, "", apply_delete(marker, change))

    def _creates(self) -> Iterator[Flow[Outcome]]:
        for change in self.plan.creates:
            wanted = self._intake.datasets[change.record_id]
            lacking = [
                f"{kind} {name!r}"
                for kind, names in (("organization", (wanted.organization,)), ("group", wanted.groups))
                for name in names
                if name in self._missing[kind]
            ]
            if lacking:
                reason = f"there is no {', no '.join(lacking)}, and it could not be made"
                yield _done(Outcome(Did.SKIPPED, "dataset", change.record_id, change.place, reason=reason))
                continue
            flow = apply_create(
                wanted,
                self._strategies,
                by_sysadmin=self._account.is_sysadmin,
                with_datastore="datastore" in self._account.extensions,
            )
            yield self._unless_hopeless(change.record_id, change.place, flow)

    def _updates(self) -> Iterator[Flow[Outcome]]:
        for change in self.plan.updates:
            wanted = self._intake.datasets[change.record_id]
            flow = apply_update(wanted, self._catalog.datasets[change.record_id], self._strategies)
            yield self._unless_hopeless(change.record_id, change.place, flow)

    def _unless_hopeless(self, record_id: str, place: str, flow: Flow[Outcome]) -> Flow[Outcome]:
        if self._failures < _FAILURES_IN_A_ROW:
            return flow
        reason = f"not tried: the server failed {_FAILURES_IN_A_ROW} times in a row; run again when it is well"
        return _done(Outcome(Did.SKIPPED, "dataset", record_id, place, reason=reason))

    def _count_adjustments(self) -> dict[str, int]:
        counted: Counter[str] = Counter()
        for wanted in self._intake.datasets.values():
            counted.update({adjustment.reason.partition(":")[0] for adjustment in wanted.adjustments})
        return dict(sorted(counted.items()))


def _check_organization(name: str) -> Flow[None]:
    try:
        organization = yield from show("organization", name)
    except NotFound as error:
        raise NotFound(404, f"there is no organization {name!r} for the records that name none", error) from error
    if organization.get("state") != "active":
        raise NotFound(404, f"the organization {name!r} for the records that name none is deleted")


def _done(outcome: Outcome) -> Flow[Outcome]:
    yield from ()
    return outcome
