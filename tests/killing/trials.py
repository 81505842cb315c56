"""One trial: a run is killed, another one follows; then the catalog has to be as the source says, each thing once."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from ckan_api_client.exceptions import CkanError, HTTPError, NotFound
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.judging import LEFT_IN_TRASH
from ckan_api_client.syncing.options import DeletePolicy
from ckan_api_client.syncing.report import Report
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow
from contract.catalogs import Catalog
from contract.raw import send
from contract.syncing import Counting
from killing.victim import Order, When, die

User = Literal["sysadmin", "editor"]
Play = Literal["load", "change", "purge", "undo"]
#: Whose runs of which kind are killed; only a sysadmin may purge.
PLAYS: tuple[tuple[User, Play], ...] = (
    ("sysadmin", "load"),
    ("sysadmin", "change"),
    ("sysadmin", "purge"),
    ("sysadmin", "undo"),
    ("editor", "load"),
    ("editor", "change"),
    ("editor", "undo"),
)
#: A source of so many records; of which the second run changes, loses, and gains so many.
SIZE, CHANGED, LOST, GAINED = 30, 10, 3, 5


class Violation(Exception):
    """After a kill and one more run, something is not as it must be."""


@dataclass(frozen=True, slots=True)
class Kill:
    """A run that is killed: the first load, a later change, one that purges, an undo; as whom, around which request."""

    run: Play
    user: User
    step: int
    when: When

    def __str__(self) -> str:
        return f"{self.run} as {self.user}, {self.when} request {self.step}"


def record(prefix: str, key: str, turn: int = 0) -> dict[str, Any]:
    """Return a record, as it is at some turn; every other one has a name of its own."""
    named = {"name": f"{prefix}-{key}"} if int(key[1:]) % 2 else {}
    return {
        **named,
        "title": f"{prefix} {key} {turn}",
        "extras": {"turn": str(turn), "fixed": "x", **({"gone": "x"} if turn else {})},
        "tags": ["fixed", f"turn {turn}"],
        "resources": [
            {"id": "one", "url": f"http://data.example/{key}.csv", "description": f"turn {turn}"},
            {"id": f"of turn {turn}", "url": f"http://data.example/{key}-{turn}.pdf"},
        ],
    }


class Stage:
    """A source of one user's in a catalog, under a prefix of its own; `close` purges all that it ever made."""

    def __init__(self, catalog: Catalog, folder: Path, user: User, size: int = SIZE) -> None:
        self.catalog = catalog
        self.user = user
        self.prefix = f"kill-{uuid.uuid4().hex[:10]}"
        self.state = folder / f"{self.prefix}.sqlite"
        self.sysadmin = CkanLowlevelClient(catalog.url, catalog.sysadmin_token)
        self.size = size
        self._turn = 0
        self._run = 0
        self._made: set[str] = set()

    @property
    def old(self) -> dict[str, Any]:
        return {key: record(self.prefix, key) for key in (f"r{number:02}" for number in range(self.size))}

    def new(self) -> dict[str, Any]:
        """Return the source after a change, each time another one: some records changed, some lost, some gained."""
        self._turn += 1
        part = self.size / SIZE
        changed, lost = round(CHANGED * part), round(LOST * part)
        keys = list(self.old)
        gained = (f"n{100 * self._turn + number}" for number in range(round(GAINED * part)))
        return {
            **{key: record(self.prefix, key, self._turn) for key in keys[:changed]},
            **{key: record(self.prefix, key) for key in keys[changed : len(keys) - lost]},
            **{key: record(self.prefix, key) for key in gained},
        }

    def order(self, records: dict[str, Any], kill: Kill) -> Order:
        """Return the order for a run that is killed; an undo takes the last run back."""
        return Order(
            url=self.catalog.url,
            token=self._token,
            organization=self.catalog.organization,
            source=self.prefix,
            state=str(self.state),
            records=records,
            deletes="purge" if kill.run == "purge" else "delete",
            undone=self._run if kill.run == "undo" else 0,
            step=kill.step,
            when=kill.when,
        )

    def sync(
        self, records: dict[str, Any], deletes: DeletePolicy = "delete", *, state: Path | None = None
    ) -> tuple[Report, list[str]]:
        """Synchronize in this process; return the report, and the writing actions that were sent."""
        with self._client(deletes, state) as (client, transport):
            report = client.sync(self.prefix, {"dataset": records}, max_deletes=self.size)
        self._run = report.run or 0
        self._note(report)
        return report, transport.writes

    def undo(self, run: int) -> Report:
        with self._client() as (client, _):
            report = client.undo(self.prefix, run)
        self._note(report)
        return report

    @contextmanager
    def _client(
        self, deletes: DeletePolicy = "delete", state: Path | None = None
    ) -> Iterator[tuple[SynchronizationClient, Counting]]:
        transport = Counting(self.catalog.url, self._token)
        with SynchronizationClient(
            self.catalog.url,
            self._token,
            transport=transport,
            state=state or self.state,
            default_organization=self.catalog.organization,
            deletes=deletes,
        ) as client:
            yield client, transport
        transport.close()

    def _note(self, report: Report) -> None:
        self._made.update(outcome.dataset_id for outcome in report.outcomes if outcome.dataset_id)

    def kill_and_recover(self, kill: Kill) -> None:
        """Kill a run, do it again, and raise Violation where that did not put everything in order."""
        records = self.old if kill.run == "load" else self.new()
        if kill.run == "undo":
            self.sync(records)
        order = self.order(records, kill)
        before = self._ids()
        if die(order) is not None:
            raise RuntimeError(f"there is no request {kill.step}")
        if kill.run == "undo":
            report, records = self.undo(order.undone), self.old
        else:
            report, _ = self.sync(records, order.deletes)
        if not report or report.conflicts or report.no_deletes_because:
            raise Violation(f"the next run: {report.undone} {report.conflicts} {report.no_deletes_because}")
        self.check(records)
        self.check_withdrawn(kill, {key: before[key] for key in set(before) - set(records)}, report)
        report, writes = self.sync(records, order.deletes)
        if writes or not report or report.conflicts:
            raise Violation(f"the run after the next wrote {writes}: {report.outcomes} {report.conflicts}")

    def check(self, records: dict[str, Any]) -> None:
        """Raise Violation unless there is one dataset for each record, as the record says, and no other."""
        found = self._found()
        markers = sorted(_extras(dataset).get("_harvest_source", "") for dataset in found)
        if markers != sorted(f"{self.prefix}:{key}" for key in records):
            raise Violation(f"the index has the markers {markers}")
        self._made.update(dataset["id"] for dataset in found)
        names = [name for name in self.sysadmin.action.package_list() if name.startswith(self.prefix)]
        if sorted(names) != sorted(dataset["name"] for dataset in found):
            raise Violation(f"the database has the names {sorted(names)}")
        wrong = [text for dataset in found for text in _wrong(dataset, records, self.prefix)]
        if wrong:
            raise Violation("; ".join(wrong))

    def check_withdrawn(self, kill: Kill, ids: dict[str, str], report: Report) -> None:
        """Raise Violation unless the datasets of the records that are gone are in the trash; or purged, or told of."""
        told = [note for note in report.notes if LEFT_IN_TRASH in note]
        left = len(ids) if kill.run != "purge" else int(told[0].split()[0]) if told else 0
        states = Counter(self._state_of(dataset_id) for dataset_id in ids.values())
        if states != +Counter(deleted=left, purged=len(ids) - left):
            raise Violation(f"of the records that are gone, the datasets are {states}, and told of {report.notes}")
        names = self.names_in_trash()
        if names is not None and len(names) != left:
            raise Violation(f"{len(names)} datasets are in the trash, and not {left}: {names}")

    def _state_of(self, dataset_id: str) -> str:
        try:
            return str(self.sysadmin.action.package_show(id=dataset_id)["state"])
        except NotFound:
            return "purged"

    def _ids(self) -> dict[str, str]:
        """Return the datasets of ours by record, as the index has them."""
        return {_extras(one)["_harvest_source"].removeprefix(f"{self.prefix}:"): one["id"] for one in self._found()}

    def names_in_trash(self) -> list[str] | None:
        """Return the names of what is in the trash by a title of ours; None where no page shows it (no action does)."""
        headers = {"Authorization": self.catalog.sysadmin_token}
        page = send(self.catalog, "GET", "/ckan-admin/trash", headers=headers)
        link = re.compile(rf'"/dataset/([^"]*)"[^>]*>\s*{self.prefix} ')
        return link.findall(page.body.decode()) if page.status == 200 else None

    def purge(self, dataset_ids: set[str]) -> None:
        """Purge datasets, several at once."""
        for _ in self.sysadmin.run_all((_gone(one) for one in dataset_ids), limit=3):
            pass
        self._made -= dataset_ids

    def purge_gained(self, before: set[str]) -> None:
        """Purge what was made since the ids were taken down."""
        self.purge(self._made - before)

    @property
    def made(self) -> set[str]:
        return set(self._made)

    def close(self) -> None:
        self._made.update(dataset["id"] for dataset in self._found())
        self.purge(self.made)
        self.purge(set(self.names_in_trash() or ()))
        self.sysadmin.close()

    @property
    def _token(self) -> str:
        return self.catalog.sysadmin_token if self.user == "sysadmin" else self.catalog.editor_token

    def _found(self) -> list[dict[str, Any]]:
        """Return the datasets with a marker of ours, whole, as the index has them."""
        found = self.sysadmin.action.package_search(
            fq=f"+_harvest_source:{self.prefix}\\:*", rows=1000, include_private=True, include_drafts=True
        )
        return list(found["results"])


def _extras(dataset: dict[str, Any]) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in dataset["extras"]}


def _wrong(dataset: dict[str, Any], records: dict[str, Any], prefix: str) -> Iterator[str]:
    extras = _extras(dataset)
    wanted = records[extras.pop("_harvest_source").removeprefix(f"{prefix}:")]
    resources = [{key: one[key] for key in ("url", "description") if one[key]} for one in dataset["resources"]]
    shown = {
        "title": dataset["title"],
        "state": dataset["state"],
        "extras": extras,
        "tags": sorted(tag["name"] for tag in dataset["tags"]),
        "resources": resources,
        **({"name": dataset["name"]} if "name" in wanted else {}),
    }
    without_ids = [{key: one[key] for key in one if key != "id"} for one in wanted["resources"]]
    for key, value in {**wanted, "state": "active", "resources": without_ids}.items():
        if shown[key] != value:
            yield f"{dataset['name']}: {key} is {shown[key]!r}, not {value!r}"


def _gone(dataset_id: str) -> Flow[None]:
    try:
        yield from call("dataset_purge", {"id": dataset_id})
    except HTTPError as error:
        if error.status_code != 404:
            raise


def count_requests(catalog: Catalog, folder: Path, user: User, play: Play, size: int = SIZE) -> int:
    """Return how many requests a run sends that nobody kills."""
    stage = Stage(catalog, folder, user, size)
    try:
        if play != "load":
            stage.sync(stage.old)
        records = stage.old if play == "load" else stage.new()
        if play == "undo":
            stage.sync(records)
        return die(stage.order(records, Kill(play, user, 0, "before"))) or 0
    finally:
        stage.close()


def every_kill(catalog: Catalog, folder: Path, size: int = SIZE, plays: Collection[str] = get_args(Play)) -> list[Kill]:
    """Return the kills around every request of every run, as each user."""
    return [
        Kill(play, user, step, when)
        for user, play in PLAYS
        if play in plays
        for step in range(1, count_requests(catalog, folder, user, play, size) + 1)
        for when in get_args(When)
    ]


def some_of(kills: list[Kill], number: int) -> list[Kill]:
    """Return so many of the kills, evenly spread over all of them."""
    step = max(1.0, len(kills) / number)
    return [kills[int(step * turn)] for turn in range(min(number, len(kills)))]


def play(catalog: Catalog, folder: Path, kills: list[Kill], size: int = SIZE) -> Iterator[tuple[Kill, str]]:
    """Try each kill; yield it with what was wrong afterwards, or "". A load has a source of its own."""
    for kill in (kill for kill in kills if kill.run == "load"):
        stage = Stage(catalog, folder, kill.user, size)
        try:
            yield kill, _tried(lambda: stage.kill_and_recover(kill))  # noqa: B023 - called at once
        finally:
            stage.close()
    for user in sorted({kill.user for kill in kills if kill.run != "load"}):
        stage = Stage(catalog, folder, user, size)
        try:
            stage.sync(stage.old)
            for kill in (kill for kill in kills if kill.run != "load" and kill.user == user):
                kept = stage.made
                yield kill, _tried(lambda: stage.kill_and_recover(kill))  # noqa: B023 - called at once
                stage.sync(stage.old)
                stage.purge_gained(kept)
        finally:
            stage.close()


def _tried(trial: Any) -> str:
    try:
        trial()
    except (Violation, CkanError) as wrong:
        return f"{type(wrong).__name__}: {wrong}"
    return ""
