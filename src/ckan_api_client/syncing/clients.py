"""The synchronization clients: shells that carry a run through."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from ckan_api_client.exceptions import NotAuthorized
from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.sources import MappingSource, Source, open_source
from ckan_api_client.syncing.events import Listener
from ckan_api_client.syncing.report import Report
from ckan_api_client.syncing.running import Run
from ckan_api_client.syncing.strategies import Strategies

#: Writes under way at once. Two saturate a CKAN on two cores, and more than three make Solr suffer (quirk F5).
IN_FLIGHT = 3


class SynchronizationClient:
    """Make the datasets of a catalog match a source, and touch nothing else.

    `base_url`, `api_key`, and further settings: see `CkanLowlevelClient`. The merge strategies, with the names and
    defaults of the 2014 client: see `Strategies`. `default_organization`: the name of the organization that owns the
    records which name none. `in_flight`: how many writes are under way at once.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        *,
        default_organization: str | None = None,
        in_flight: int = IN_FLIGHT,
        **options: Any,
    ) -> None:
        self._strategies = Strategies.taken_from(options)
        self._default_organization = default_organization
        self._in_flight = in_flight
        self.low_level = CkanLowlevelClient(base_url, api_key, **options)

    def sync(
        self,
        source_name: str,
        data: Source | Mapping[str, Any] | str | Path,
        *,
        allow_empty: bool = False,
        listener: Listener | None = None,
    ) -> Report:
        """Make the catalog match the source, and return what was done.

        `source_name` marks what belongs to this source; keep it from run to run. `data` is the path of a
        file or folder, a `sources.Source`, or a mapping
        `{"dataset": {id: {...}}, "organization": {name: {...}}, "group": {name: {...}}}`. Organizations and groups are
        found by name and made where they are missing. Records that cannot be taken are in the report. A source that
        holds no dataset at all is an error, unless `allow_empty`: it would delete all that an earlier one made.

        Raises SourceError, before anything is written, where the source as a whole cannot be read; NotAuthorized
        where CKAN does not know the token; TransportError or BadApiError where there is no CKAN to read.
        """
        run = Run(
            source_name,
            _source_of(data, self.low_level, empty=allow_empty),
            catalog_url=self.low_level.base_url,
            strategies=self._strategies,
            default_organization=self._default_organization,
            allow_empty=allow_empty,
            listener=listener,
        )
        self.low_level.run(run.prepare())
        for batch in run.batches():
            for outcome in self.low_level.run_all(batch, limit=self._in_flight):
                run.note(outcome)
        return run.report

    def close(self) -> None:
        self.low_level.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class AsyncSynchronizationClient:
    """Same as `SynchronizationClient`, awaited. The source is read without awaiting."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        *,
        default_organization: str | None = None,
        in_flight: int = IN_FLIGHT,
        **options: Any,
    ) -> None:
        self._strategies = Strategies.taken_from(options)
        self._default_organization = default_organization
        self._in_flight = in_flight
        self.low_level = AsyncCkanLowlevelClient(base_url, api_key, **options)

    async def sync(
        self,
        source_name: str,
        data: Source | Mapping[str, Any] | str | Path,
        *,
        allow_empty: bool = False,
        listener: Listener | None = None,
    ) -> Report:
        """Same as `SynchronizationClient.sync`, awaited."""
        run = Run(
            source_name,
            _source_of(data, self.low_level, empty=allow_empty),
            catalog_url=self.low_level.base_url,
            strategies=self._strategies,
            default_organization=self._default_organization,
            allow_empty=allow_empty,
            listener=listener,
        )
        await self.low_level.run(run.prepare())
        for batch in run.batches():
            async for outcome in self.low_level.run_all(batch, limit=self._in_flight):
                run.note(outcome)
        return run.report

    async def close(self) -> None:
        """Same as `SynchronizationClient.close`, awaited."""
        await self.low_level.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def _source_of(
    data: Source | Mapping[str, Any] | str | Path,
    low_level: CkanLowlevelClient | AsyncCkanLowlevelClient,
    *,
    empty: bool,
) -> Source:
    """Return what to read. Raises TypeError for what is no source, NotAuthorized where there is no token."""
    if low_level.is_anonymous:
        raise NotAuthorized(401, "a sync needs an API token: give api_key, that of a user who may write the datasets")
    if isinstance(data, str | Path):
        return open_source(data, allow_empty=empty)
    if isinstance(data, Mapping):
        return MappingSource(data)
    if not hasattr(data, "read"):
        raise TypeError(f"a {type(data).__name__} is no source: give a path, a mapping, or a sources.Source")
    return data
