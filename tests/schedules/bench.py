"""A catalog of the embedded CKAN and the memory of one source: run after run, some of which are killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.jobs import Workshop
from ckan_api_client.syncing.options import Options
from ckan_api_client.syncing.report import Report
from recognizing import RecognizedMapping
from schedules.carrying import carry
from schedules.catalog import Catalog
from schedules.transport import InProcess

SOURCE = "geo"
LIMITS = Limits.of(allow_empty=True, max_deletes="100%", max_updates="100%")


class Killed(BaseException):
    """The process is no more."""


@dataclass
class Bench:
    """`token` is whose runs they are. `transport` is that of the last run."""

    catalog: Catalog
    state: Path
    token: str

    def sync(self, records: Mapping[str, Any], **options: Any) -> Report:
        return self._carry(records, InProcess(self.catalog.ckan, self.token), Options.taken_from(options))

    def sync_killed(
        self, records: Mapping[str, Any], when: Callable[[str, dict[str, Any]], bool], **options: Any
    ) -> None:
        """Run, and be killed right after the first request of which `when` is true was carried out."""
        transport, snapshot = InProcess(self.catalog.ckan, self.token), dict[str, bytes]()

        def after(_: int, action: str, arguments: dict[str, Any]) -> None:
            if when(action, arguments):
                snapshot.update({file.name: file.read_bytes() for file in self._files()})
                raise Killed

        transport.after = after
        try:
            self._carry(records, transport, Options.taken_from(options))
        except Killed:
            put_back(self.state, snapshot)
            return
        raise AssertionError("the run ended without being killed")

    def undo(self, run: int | None = None) -> Report:
        """Take a run back, or the last one."""
        self.transport = InProcess(self.catalog.ckan, self.token)
        return carry(Workshop("http://c.example", Options(), self.state).undo(SOURCE, run, None), self.transport)

    def forget(self, record_id: str) -> None:
        """Have nothing remembered of one record, as if it was another host that made its dataset."""
        with Workshop("http://c.example", Options(), self.state).open_state(SOURCE) as state, state.batch():
            state.drop_base(record_id)

    def lose_state(self) -> None:
        for file in self._files():
            file.unlink()

    def _carry(self, records: Mapping[str, Any], transport: InProcess, options: Options) -> Report:
        self.transport = transport
        workshop = Workshop("http://c.example", options, self.state)
        return carry(workshop.sync(SOURCE, RecognizedMapping({"dataset": records}), LIMITS, None), transport)

    def _files(self) -> list[Path]:
        return list(self.state.parent.glob(f"{self.state.name}*"))


@contextmanager
def laid_out(version: str = "2.11", *, by_editor: bool = False) -> Iterator[Bench]:
    shared = Path("/dev/shm")  # noqa: S108 - its files cost no disk; where there is none, any place will do
    with TemporaryDirectory(dir=shared if shared.is_dir() else None) as folder, Catalog(version) as catalog:
        token = catalog.ckan.editor_token if by_editor else catalog.ckan.sysadmin_token
        yield Bench(catalog, Path(folder) / "geo.sqlite", token)


def put_back(state: Path, snapshot: Mapping[str, bytes]) -> None:
    """Leave of a state what was on the disk when the process was killed: it writes nothing any more."""
    for file in state.parent.glob(f"{state.name}*"):
        file.unlink()
    for name, content in snapshot.items():
        if not name.endswith("-shm"):
            (state.parent / name).write_bytes(content)
