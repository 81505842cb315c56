"""The situations that a run is cut in: what was there before, and what is to be done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ckan_api_client.exceptions import StateError
from ckan_api_client.high_level.purging import purge
from ckan_api_client.sources import MappingSource
from ckan_api_client.syncing.jobs import Job, Workshop
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.syncing.report import Report
from ckan_api_client.wire.flow import Transport
from schedules.bench import LIMITS, SOURCE
from schedules.carrying import carry
from schedules.catalog import ORGANIZATION, Catalog
from schedules.cutting import Cutting

Data = dict[str, Any]
URL = "http://c.example"


def record(key: str, turn: int = 1, **more: Any) -> Data:
    return {
        "name": f"name-{key}",
        "title": f"Title {key} {turn}",
        "owner_org": ORGANIZATION,
        "tags": ["fixed", f"tag-{turn}"],
        "extras": {"fixed": "x", "turn": str(turn)},
        "resources": [
            {"id": "r1", "url": f"http://{key}.example/1", "description": f"Turn {turn}"},
            {"id": "r2", "url": f"http://{key}.example/2"},
        ],
        **more,
    }


def _data(turn: int = 1, keys: str = "abc") -> Data:
    return {"dataset": {key: record(key, turn) for key in keys}}


def _resources(*keys: str) -> Data:
    resources = [{"id": key, "url": f"http://{key}.example/", "name": f"Resource {key}"} for key in keys]
    return {"dataset": {"a": record("a", resources=resources), "b": record("b")}}


@dataclass
class Stage:
    """A catalog, and the runs of a source there. `state` is the memory; `other_state` that of another host."""

    catalog: Catalog
    state: Path
    token: str

    @property
    def other_state(self) -> Path:
        return self.state.with_name("other.sqlite")

    def transport(self, state: Path | None = None) -> Cutting:
        return Cutting(self.catalog, self.token, state or self.state)

    def workshop(self, options: Mapping[str, Any], state: Path | None = None) -> Workshop:
        return Workshop(URL, Options.taken_from(dict(options)), state or self.state)

    def sync(self, data: Data, transport: Transport | None = None, state: Path | None = None, **options: Any) -> Report:
        job: Job[Report] = self.workshop(options, state).sync(SOURCE, MappingSource(data), LIMITS, None)
        return carry(job, transport or self.transport())


Doing = Callable[[Stage, Cutting], object]


@dataclass(frozen=True)
class Scenario:
    """`prepare`, then `do` with a transport that fails; `heal` with one that does not (default: a sync).

    `wanted`: the source at the end, and `options`, those of a sync. `state_of` is the memory that `do` uses.
    """

    name: str
    wanted: Data
    prepare: Callable[[Stage], object] = lambda _: None
    do: Doing | None = None
    heal: Callable[[Stage], object] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    by_editor: bool = False
    on_other_host: bool = False
    #: A purge goes by way of the trash; where no answer told that it is there, it stays there, and the report says so.
    may_leave_trash: bool = False
    #: Where a dataset could not be deleted, its name is not free, and the next one gets a suffix to it.
    may_be_named_otherwise: bool = False

    def act(self, stage: Stage, transport: Cutting) -> None:
        if self.do is not None:
            self.do(stage, transport)
        else:
            state = stage.other_state if self.on_other_host else None
            stage.sync(self.wanted, transport, state, **self.options)

    def mend(self, stage: Stage) -> object:
        return self.heal(stage) if self.heal is not None else self.sync(stage)

    def sync(self, stage: Stage) -> Report:
        return stage.sync(self.wanted, **self.options)


def _by_hand(stage: Stage) -> None:
    for key in "abc":
        dataset = record(key)
        extras = [{"key": name, "value": value} for name, value in dataset["extras"].items()]
        tags = [{"name": name} for name in dataset["tags"]]
        resources = [{"url": one["url"], "description": one.get("description", "")} for one in dataset["resources"]]
        stage.catalog.act("package_create", **{**dataset, "extras": extras, "tags": tags, "resources": resources})


def _undo(stage: Stage, transport: Cutting) -> None:
    carry(stage.workshop({}).undo(SOURCE, 2, None), transport)


def _undo_again(stage: Stage) -> None:
    try:
        _undo(stage, stage.transport())
    except StateError as error:
        if "taken back" not in str(error):
            raise
    stage.sync(_data())  # An undo that was not done in part is not repeated.


def _apply(stage: Stage, transport: Cutting) -> None:
    text = (stage.state.parent / "plan.json").read_text()
    carry(stage.workshop({}).apply(Plan.from_json(text), LIMITS, None), transport)


def _plan(stage: Stage) -> None:
    stage.sync(_data())
    plan = carry(stage.workshop({}).plan(SOURCE, MappingSource(_data(2, "bcd")), None), stage.transport())
    (stage.state.parent / "plan.json").write_text(plan.to_json())


def _purge(_: Stage, transport: Cutting) -> None:
    for name in ("name-a", "name-b"):
        carry(_one_flow(purge("dataset", name)), transport)


def _one_flow(flow: Any) -> Job[Any]:
    return (yield flow)


def _lose_state(stage: Stage) -> None:
    stage.sync(_data())
    for file in stage.state.parent.glob(f"{stage.state.name}*"):
        file.unlink()


def _after(*datas: Data, **options: Any) -> Callable[[Stage], object]:
    def prepare(stage: Stage) -> None:
        for data in datas:
            stage.sync(data, **options)

    return prepare


def _on_two_hosts(stage: Stage) -> None:
    stage.sync(_data())
    stage.sync(_data(), None, stage.other_state)


_GROUPS: Data = {
    "organization": {"new-org": {"name": "new-org", "title": "New organization"}},
    "group": {"new-group": {"name": "new-group", "title": "New group"}},
    "dataset": {
        "a": record("a", owner_org="new-org", groups=["new-group"]),
        "b": record("b", groups=["new-group"]),
    },
}
_RENAMED: Data = {"dataset": {"a": record("a"), "c": record("b", 2)}}

SCENARIOS = (
    Scenario("create", _data()),
    Scenario("create as editor", _data(), by_editor=True),
    Scenario("update", _data(2), _after(_data())),
    Scenario("update as editor", _data(2), _after(_data()), by_editor=True),
    Scenario("adopt", _data(), _by_hand, options={"adopt": "name"}),
    Scenario("delete", _data(keys="a"), _after(_data())),
    Scenario(
        "purge of what is gone", _data(keys="a"), _after(_data()), options={"deletes": "purge"}, may_leave_trash=True
    ),
    Scenario("hide", _data(keys="a"), _after(_data()), options={"deletes": "private"}),
    Scenario("revive", _data(), _after(_data(), _data(keys="a"))),
    Scenario(
        "rename a record",
        _RENAMED,
        _after({"dataset": {"a": record("a"), "b": record("b")}}),
        may_be_named_otherwise=True,
    ),
    Scenario(
        "rename a dataset",
        {"dataset": {key: record(key, name=f"new-{key}") for key in "ab"}},
        _after(_data(keys="ab")),
        options={"dataset_preserve_names": False},
    ),
    Scenario("organizations and groups", _GROUPS),
    Scenario("resources added", _resources("1", "2", "3"), _after(_resources("1"))),
    Scenario("resources removed", _resources("2"), _after(_resources("1", "2", "3"))),
    Scenario("resources reordered", _resources("3", "1", "2"), _after(_resources("1", "2", "3"))),
    Scenario("undo", _data(), _after(_data(), _data(2, "bcd")), do=_undo, heal=_undo_again),
    Scenario(
        "purge",
        _data(keys="c"),
        _after(_data()),
        do=_purge,
        heal=lambda stage: _purge(stage, stage.transport()),
    ),
    Scenario("state lost", _data(), _lose_state),
    Scenario("apply a plan", _data(2, "bcd"), _plan, do=_apply),
    Scenario("two engines", _data(2, "bcd"), _on_two_hosts, on_other_host=True),
)
