"""What should be: a source's records, fitted and put into the spool; and those that cannot be taken, and why.

The data of a record is one dict: the fitted dataset with `owner_org` (the organization's name), `groups` (by name), and
`resources` that bear their derived ids; neither `id` nor marker.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from ckan_api_client.quirks.text import STRING_LIMIT, clean_text
from ckan_api_client.sources import Broken, Ending, Partial, Reading, Record, Same
from ckan_api_client.syncing.fitting import Fitted, Unfit, fit_dataset, fit_group
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.plan import Refused
from ckan_api_client.syncing.records import with_derived_ids
from ckan_api_client.syncing.rules import drop_ignored
from ckan_api_client.syncing.state import Line, Noted

#: Records that are noted at once: those that were read before, and new ones, which are held whole until then.
_PAGE, _FEW = 500, 50


class RecordStore(Protocol):
    """Where records are put, since a source may be larger than memory: `state.spool.Spool` is one."""

    def put_all(self, records: Iterable[Noted]) -> None: ...
    def put_same(self, records: Iterable[tuple[str, bytes, Line]]) -> None: ...
    def noted(self, record_ids: Sequence[str]) -> Mapping[str, tuple[str, str]]: ...
    def get(self, record_id: str) -> tuple[str, dict[str, Any]] | None: ...
    def remove(self, record_id: str) -> None: ...
    def count(self) -> int: ...


class LineStore(Protocol):
    """Where it is remembered what lines were: `state.lines.Lines` is one."""

    def known(self, digests: Sequence[bytes]) -> Mapping[bytes, Line]: ...
    def text(self, about: int) -> str: ...
    def number(self, text: str) -> int | None: ...


@dataclass(slots=True)
class Intake:
    """All that a source says, read to its end; the records themselves are in `store`."""

    store: RecordStore
    organizations: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: The organizations and groups that records name.
    used_organizations: set[str] = field(default_factory=set)
    used_groups: set[str] = field(default_factory=set)
    #: How many records name no organization, and are taken for the default one's.
    defaulted: int = 0
    refused: list[Refused] = field(default_factory=list)
    #: Ids of records that are there, but cannot be taken: their datasets are left as they are.
    present: set[str] = field(default_factory=set)
    #: How many values were fitted, by kind of reason.
    adjusted: Counter[str] = field(default_factory=Counter)
    #: Whether an id was found twice, with different contents.
    is_double: bool = False
    ending: Ending = field(default_factory=lambda: Partial("nothing was read", 0))

    @property
    def records(self) -> int:
        """How many records there are, with those that cannot be taken."""
        return self.store.count() + sum(refused.kind == "dataset" for refused in self.refused)


def read_source(
    source: str,
    reading: Reading[Record | Broken] | Reading[Record | Broken | Same],
    store: RecordStore,
    *,
    recognized: Recognized | None = None,
    default_organization: str | None = None,
    server_made_extras: frozenset[str] = frozenset(),
    ignore: Collection[str] = (),
) -> Intake:
    """Read a source to its end. A record that cannot be taken stops nothing: it is refused, with place and reason.

    `recognized`: what is known of the lines that the reading leaves out.
    """
    intake = Intake(store)
    taking = _Taking(intake, source, default_organization, server_made_extras, frozenset(ignore), recognized)
    for item in reading:
        if isinstance(item, Same):
            taking.take_same(item)
            continue
        taking.take_all_same()
        if isinstance(item, Broken) and item.kind == "dataset":
            _refuse(intake, item.key, item.place, "", item.reason)
        elif isinstance(item, Broken):
            intake.refused.append(Refused(item.key or "", item.place, "", item.reason, item.kind))
        elif item.kind == "dataset":
            taking.take(item)
        else:
            _take_group(intake, item)
    taking.take_all_same()
    taking.take_all_new()
    intake.ending = reading.ending
    if any(not refused.record_id for refused in intake.refused):
        # Whatever the source says: one of the records that seem to be missing may be the one without an id.
        intake.ending = Partial("something in it could not be read as a record with an id", intake.store.count())
    for key in sorted(intake.present):
        # A record that is refused somewhere is refused everywhere: which of the two is right is not ours to guess.
        known = store.get(key) if clean_text(key) == key else None
        if known is not None:
            store.remove(key)
            _refuse_double(intake, key, known[0], "another record has the same id")
    if intake.is_double:
        # As where a list was read page by page while it changed: what was moved to another page may be missing.
        doubt = "an id stands in it twice, with different contents: parts of it may overlap, and others be missing"
        intake.ending = Partial(doubt, intake.store.count())
    return intake


class Recognized:
    """What is known of the lines of a source that were read before, but of those records that must be read again."""

    def __init__(self, lines: LineStore, read_again: Collection[str] = ()) -> None:
        self._lines = lines
        self._read_again = frozenset(read_again)
        self._found: Mapping[bytes, Line] = {}

    def known(self, digests: Sequence[bytes]) -> dict[bytes, str]:
        """Return the record ids of those of some lines that need not be read; `sources.Known` is of this kind."""
        self._found = self._lines.known(digests)
        return {
            digest: line.record_id for digest, line in self._found.items() if line.record_id not in self._read_again
        }

    def line(self, digest: bytes) -> Line:
        """Return what a line was that was asked for last."""
        return self._found[digest]

    def said(self, about: int) -> _Said:
        return _Said(*json.loads(self._lines.text(about)))

    def number(self, said: _Said) -> int | None:
        told = [said.owner, said.organization, said.groups, said.used_groups, said.adjusted]
        return self._lines.number(json.dumps(told, separators=(",", ":")))


@dataclass(frozen=True, slots=True)
class _Said:
    """What a record says beside its data: how its organization and groups are described, and why it was adjusted."""

    owner: str
    organization: dict[str, Any] | None
    groups: list[dict[str, Any]]
    used_groups: list[str]
    adjusted: list[str]


@dataclass(frozen=True, slots=True)
class _Taking:
    intake: Intake
    source: str
    default_organization: str | None
    server_made_extras: frozenset[str]
    ignore: frozenset[str]
    recognized: Recognized | None
    same: dict[str, tuple[str, bytes, Line]] = field(default_factory=dict)
    new: dict[str, tuple[Noted, _Said]] = field(default_factory=dict)
    heard: set[int] = field(default_factory=set)

    def take_same(self, record: Same) -> None:
        """Take a record whose line was read before; it may wait until a page of them is full."""
        if self.recognized is None:
            raise AssertionError("only lines that are known are left out")
        self.take_all_new()
        line = self.recognized.line(record.digest)
        self.same.setdefault(line.record_id, (record.place, record.digest, line))
        if len(self.same) >= _PAGE:
            self.take_all_same()

    def take_all_same(self) -> None:
        """Take those that wait, before anything else is taken."""
        if not self.same:
            return
        intake = self.intake
        noted = intake.store.noted(list(self.same))
        for record_id, (place, hash_noted) in noted.items():
            again, _, line = self.same.pop(record_id)
            if hash_noted != line.hash:
                _refuse_double(intake, record_id, again, f"{place} has the same id and another content")
        intake.store.put_same(self.same.values())
        for about, number in Counter(line.about for _, _, line in self.same.values()).items():
            self._hear(about, number)
        self.same.clear()

    def _hear(self, about: int, number: int) -> None:
        if self.recognized is None:
            raise AssertionError("only lines that are known are left out")
        said = self.recognized.said(about)
        if about not in self.heard:
            self.heard.add(about)
            _note_names(self.intake, said)
        self.intake.defaulted += number if said.organization is None else 0
        self.intake.adjusted.update(dict.fromkeys(said.adjusted, number))

    def take(self, record: Record) -> None:
        intake, key = self.intake, record.key
        if clean_text(key) != key or len(f"{self.source}:{key}".encode()) > STRING_LIMIT:
            reason = "the id is too long, or holds characters that CKAN cannot store"
            _refuse(intake, key, record.place, "id", reason)
            return
        try:
            fitted = fit_dataset(record.data, server_made_extras=self.server_made_extras)
        except Unfit as error:
            _refuse(intake, key, record.place, error.field, error.reason)
            return
        organization = fitted.organization["name"] if fitted.organization else self.default_organization
        if organization is None:
            reason = "the record names no organization; say whose such records are (--organization)"
            _refuse(intake, key, record.place, "owner_org", reason)
            return
        data = self._data(fitted, organization, Identity(self.source, key))
        used_groups = {group["name"] for group in data.get("groups", [])}
        said = _Said(
            organization,
            fitted.organization,
            [group for group in fitted.groups if group["name"] in used_groups],
            sorted(used_groups),
            sorted({adjustment.reason.partition(":")[0] for adjustment in fitted.adjustments}),
        )
        about = self.recognized.number(said) if self.recognized is not None and record.digest else None
        noted = Noted.of(key, record.place, data, digest=record.digest, about=about)
        first = self.new.setdefault(key, (noted, said))[0]
        self._compare(noted, first.place, first.hash)
        if len(self.new) >= _FEW:
            self.take_all_new()

    def take_all_new(self) -> None:
        """Note the new ones that wait."""
        if not self.new:
            return
        intake = self.intake
        for record_id, first in intake.store.noted(list(self.new)).items():
            self._compare(self.new.pop(record_id)[0], *first)
        intake.store.put_all([noted for noted, _ in self.new.values()])
        for _, said in self.new.values():
            intake.defaulted += said.organization is None
            intake.adjusted.update(said.adjusted)
            _note_names(intake, said)
        self.new.clear()

    def _compare(self, again: Noted, place: str, hash_noted: str) -> None:
        """Refuse a record whose id another one has that says something else."""
        if again.hash != hash_noted:
            _refuse_double(self.intake, again.record_id, again.place, f"{place} has the same id and another content")

    def _data(self, fitted: Fitted, organization: str, identity: Identity) -> dict[str, Any]:
        data = {
            **fitted.dataset,
            "owner_org": organization,
            "groups": [{"name": group["name"]} for group in fitted.groups],
        }
        return drop_ignored(with_derived_ids(data, identity), self.ignore)


def _take_group(intake: Intake, record: Record) -> None:
    into = intake.organizations if record.kind == "organization" else intake.groups
    try:
        group = fit_group({"name": record.key, **record.data}).group
    except Unfit as error:
        intake.refused.append(Refused(record.key, record.place, error.field, error.reason, record.kind))
        return
    into[group["name"]] = group


def _note_names(intake: Intake, said: _Said) -> None:
    """Keep the first description of each organization and group; a fuller one wins over a bare name."""
    intake.used_organizations.add(said.owner)
    intake.used_groups.update(said.used_groups)
    named: Iterable[tuple[dict[str, dict[str, Any]], dict[str, Any]]] = [
        *([(intake.organizations, said.organization)] if said.organization else []),
        *((intake.groups, group) for group in said.groups),
    ]
    for into, group in named:
        known = into.get(group["name"])
        if known is None or len(known) < len(group):
            into[group["name"]] = group


def _refuse(intake: Intake, key: str | None, place: str, field_name: str, reason: str) -> None:
    intake.refused.append(Refused(key or "", place, field_name, reason))
    if key is not None:
        intake.present.add(key)


def _refuse_double(intake: Intake, key: str, place: str, reason: str) -> None:
    intake.is_double = True
    _refuse(intake, key, place, "id", reason)
