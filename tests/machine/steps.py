"""A scenario is cut at its first step, its second, and so on; each time, one clean run puts all in order."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ckan_api_client.exceptions import CkanError
from machine.scenarios import Scenario, Stage
from schedules.bench import SOURCE, Killed
from schedules.bystanders import make_bystanders
from schedules.catalog import Catalog
from schedules.cutting import CUTS
from schedules.oracle import Violation

_TIMES = re.compile(r'"(?:metadata_\w+|created|last_modified|id|package_id|owner_org|\w*user_id)": "[^"]*"')


class Steps:
    """`play` a cut at one of the steps, of which there are `number` where nothing fails."""

    def __init__(self, scenario: Scenario, stage: Stage) -> None:
        self._scenario = scenario
        self._stage = stage
        stage.catalog.act("organization_create", name="other-org")
        self._bystanders = make_bystanders(stage.catalog, SOURCE, ["a", "c"], "other-org")
        scenario.prepare(stage)
        self._before = stage.catalog.save()
        self._saved = stage.state.parent.with_name("saved")
        shutil.copytree(stage.state.parent, self._saved)
        self._untouched = stage.catalog.bytes_of(self._bystanders)
        transport = stage.transport()
        scenario.act(stage, transport)
        self.number = len(transport.calls)
        self._expected = self._contents()
        self._check_after("nothing")

    def play_all(self, *, one_of: int = 1) -> Counter[str]:
        """Play every cut at every step, or one of so many; return how many it were of each kind."""
        played: Counter[str] = Counter()
        for number, cut in enumerate(CUTS):
            for step in range(1, self.number + 1):
                if (number + step) % one_of == 0:
                    self.play(cut, step)
                    played[cut] += 1
        return played

    def play(self, cut: str, step: int) -> None:
        stage, scenario = self._stage, self._scenario
        self._begin()
        transport = stage.transport(stage.other_state if scenario.on_other_host else None)
        transport.cuts[step] = cut
        try:
            scenario.act(stage, transport)
        except Killed:
            transport.settle_killed()
        except CkanError:
            if not transport.hits:
                raise
        if not transport.hits:
            raise Violation(f"the run has no step {step}")
        self._check_after(f"{cut} at step {step}")

    def close(self) -> None:
        self._before.close()

    def _begin(self) -> None:
        stage = self._stage
        stage.catalog.restore(self._before)
        shutil.rmtree(stage.state.parent)
        shutil.copytree(self._saved, stage.state.parent)

    def _check_after(self, what: str) -> None:
        stage, scenario, catalog = self._stage, self._scenario, self._stage.catalog
        self._check_always(what)
        scenario.mend(stage)
        self._check_always(what)
        now = self._contents()
        if now != self._expected:
            more = [one for one in now if one not in self._expected]
            missing = [one for one in self._expected if one not in now]
            if missing or not (scenario.may_leave_trash and all('"state": "deleted"' in one for one in more)):
                raise Violation(f"after {what}, the catalog holds {more}, and not {missing}")
        if scenario.name == "purge":
            return
        catalog.ckan.forget_requests()
        report = scenario.sync(stage)
        if catalog.ckan.writes or report.conflicts or not report:
            raise Violation(f"after {what}, one more run wrote {catalog.ckan.writes}: {report} {report.undone}")
        if scenario.on_other_host:
            stage.sync(scenario.wanted, None, stage.other_state)
            if catalog.ckan.writes:
                raise Violation(f"after {what}, a run of the other host wrote {catalog.ckan.writes}")

    def _contents(self) -> list[str]:
        """Return all that is in the catalog, without ids and times: datasets, those in the trash, too, and groups."""
        catalog = self._stage.catalog
        shown: list[Any] = [
            catalog.show(row["id"]) for row in catalog.rows("SELECT id FROM package ORDER BY title, name")
        ]
        if self._scenario.may_be_named_otherwise:
            shown = [{**dataset, "name": ""} for dataset in shown]
        shown += catalog.rows("SELECT name, title, type, state FROM groups ORDER BY name")
        return [_TIMES.sub("", json.dumps(one, sort_keys=True)) for one in shown]

    def _check_always(self, what: str) -> None:
        catalog = self._stage.catalog
        double = {key: found for key, found in catalog.marked(SOURCE).items() if len(found) > 1}
        if double:
            raise Violation(f"after {what}, there are several datasets of {sorted(double)}")
        if catalog.bytes_of(self._bystanders) != self._untouched:
            raise Violation(f"after {what}, a dataset that is none of ours is changed")
        foreign = [
            one
            for one in catalog.audit.changes(by="engine")
            if one.dataset_id in self._bystanders or not (one.marker or one.marker_after).startswith(f"{SOURCE}:")
        ]
        if foreign:
            raise Violation(f"after {what}, the audit has writes into what is none of ours: {foreign}")
        if catalog.ckan.crashes:
            raise Violation(f"after {what}, the embedded CKAN broke: {catalog.ckan.crashes}")


@contextmanager
def laid_out(scenario: Scenario) -> Iterator[Steps]:
    shared = Path("/dev/shm")  # noqa: S108 - its files cost no disk; where there is none, any place will do
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder, Catalog() as catalog:
        token = catalog.ckan.editor_token if scenario.by_editor else catalog.ckan.sysadmin_token
        states = Path(folder) / "states"
        states.mkdir()
        steps = Steps(scenario, Stage(catalog, states / "geo.sqlite", token))
        try:
            yield steps
        finally:
            steps.close()
