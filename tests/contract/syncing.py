"""A source that a test synchronizes: under a name of its own, with a state of its own, every write counted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ckan_api_client.low_level.settings import Settings
from ckan_api_client.syncing import Diagnosis, SynchronizationClient
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Report
from ckan_api_client.transport import HttpTransport
from ckan_api_client.wire.messages import Request, Response
from contract.bench import Bench

WRITING = re.compile(r"\w+_(create|update|patch|revise|delete|purge)")
#: Languages in which nobody else will talk to this CKAN now: they stand in the paths of its access log.
LANGUAGES = tuple("bg ca el eu fi gl he hr hu id is km lt lv mk ne ro sk sl sq sr sv th tl tr vi".split())  # noqa: SIM905

T = TypeVar("T")


class Counting(HttpTransport):
    """A transport that writes down the writing actions that it sends."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__(Settings.of(url, token).connection)
        self.writes: list[str] = []

    def send(self, request: Request) -> Response:
        action = request.path.rpartition("/")[2]
        if WRITING.fullmatch(action):
            self.writes.append(action)
        return super().send(request)


class Sync:
    """Synchronizes records as one of two users, by the options that it was given; remembers what to purge.

    `writes` are the writing actions that the last call sent. Those that its server logged are held against them: our
    requests are told from those of others, who may be at work there, by the language in their paths.
    """

    def __init__(self, bench: Bench, folder: Path, user: str = "sysadmin", **options: Any) -> None:
        self.bench = bench
        self.user = user
        self.source = f"{bench.prefix}-src"
        self.state = folder / "state.sqlite"
        self.options = options
        self.writes: list[str] = []

    def with_options(self, **options: Any) -> Sync:
        """Return the same source, with the same state, synchronized by other options."""
        return Sync(self.bench, self.state.parent, self.user, **{**self.options, **options})

    def __call__(self, records: Mapping[str, Any], **limits: Any) -> Report:
        return self._told(lambda client: client.sync(self.source, {"dataset": records}, **limits))

    def plan(self, records: Mapping[str, Any]) -> Plan:
        return self._counted(lambda client: client.plan(self.source, {"dataset": records}))

    def apply(self, plan: Plan, **limits: Any) -> Report:
        return self._told(lambda client: client.apply(plan, limits=Limits.of(**limits)))

    def undo(self, run: int | None = None) -> Report:
        return self._told(lambda client: client.undo(self.source, run))

    def diagnose(self, **options: Any) -> Diagnosis:
        return self._counted(lambda client: client.diagnose(self.source, **options))

    def _told(self, call: Callable[[SynchronizationClient], Report]) -> Report:
        report = self._counted(call)
        for outcome in report.outcomes:
            if outcome.dataset_id:
                self.bench.purge_later(outcome.kind, outcome.dataset_id)
        return report

    def _counted(self, call: Callable[[SynchronizationClient], T]) -> T:
        catalog = self.bench.catalog
        token = catalog.sysadmin_token if self.user == "sysadmin" else catalog.editor_token
        log, language = catalog.access_log, LANGUAGES[int(self.bench.prefix[-4:], 16) % len(LANGUAGES)]
        url = f"{catalog.url}/{language}" if log else catalog.url
        start = log.stat().st_size if log else 0
        options = {"default_organization": catalog.organization, "state": self.state, **self.options}
        transport = Counting(url, token)
        try:
            with SynchronizationClient(url, token, transport=transport, **options) as client:
                result = call(client)
        finally:
            transport.close()
            self.writes = transport.writes
        if log:
            assert sorted(_logged(log, start, f"/{language}/api/3/action/")) == sorted(self.writes)
        return result


def undated(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dataset without the dates that CKAN sets at each write, extras in the order of their keys.

    Up to 2.11, the first write after a create dates each resource anew as well, whatever is written.
    """
    resources = [
        {key: value for key, value in resource.items() if key != "metadata_modified"}
        for resource in dataset["resources"]
    ]
    extras = sorted(dataset["extras"], key=lambda extra: str(extra["key"]))
    rest = {key: value for key, value in dataset.items() if key != "metadata_modified"}
    return {**rest, "extras": extras, "resources": resources}


def _logged(log: Path, start: int, prefix: str) -> list[str]:
    """Return the writing actions of the log's lines from a place on; a line is METHOD PATH STATUS."""
    with log.open() as lines:
        lines.seek(start)
        paths = [line.split()[1] for line in lines]
    actions = [path.removeprefix(prefix) for path in paths if path.startswith(prefix)]
    assert "user_show" in actions
    return [action for action in actions if WRITING.fullmatch(action)]
