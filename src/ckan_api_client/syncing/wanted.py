"""What should be: a source's records, fitted and put into the spool; and those that cannot be taken, and why.

The data of a record is one dict: the fitted dataset with `owner_org` (the organization's name), `groups` (by name), and
`resources` that bear their derived ids; neither `id` nor marker.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from ckan_api_client.quirks.text import STRING_LIMIT, clean_text
from ckan_api_client.sources import Broken, Ending, Partial, Reading, Record
from ckan_api_client.syncing.base import hash_of
from ckan_api_client.syncing.fitting import Fitted, Unfit, fit_dataset, fit_group
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.plan import Refused
from ckan_api_client.syncing.records import with_derived_ids
from ckan_api_client.syncing.rules import drop_ignored


class RecordStore(Protocol):
    """Where records are put, since a source may be larger than memory: `state.spool.Spool` is one."""

    def put(self, record_id: str, place: str, data: Mapping[str, Any]) -> None: ...
    def get(self, record_id: str) -> tuple[str, dict[str, Any]] | None: ...
    def hash_of(self, record_id: str) -> str | None: ...
    def remove(self, record_id: str) -> None: ...
    def count(self) -> int: ...


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
    ending: Ending = field(default_factory=lambda: Partial("nothing was read", 0))

    @property
    def records(self) -> int:
        """How many records there are, with those that cannot be taken."""
        return self.store.count() + sum(refused.kind == "dataset" for refused in self.refused)


def read_source(
    source: str,
    reading: Reading,
    store: RecordStore,
    *,
    default_organization: str | None = None,
    server_made_extras: frozenset[str] = frozenset(),
    ignore: Collection[str] = (),
) -> Intake:
    """Read a source to its end. A record that cannot be taken stops nothing: it is refused, with place and reason."""
    intake = Intake(store)
    taking = _Taking(intake, source, default_organization, server_made_extras, frozenset(ignore))
    for item in reading:
        if isinstance(item, Broken) and item.kind == "dataset":
            _refuse(intake, item.key, item.place, "", item.reason)
        elif isinstance(item, Broken):
            intake.refused.append(Refused(item.key or "", item.place, "", item.reason, item.kind))
        elif item.kind == "dataset":
            taking.take(item)
        else:
            _take_group(intake, item)
    intake.ending = reading.ending
    if any(not refused.record_id for refused in intake.refused):
        # Whatever the source says: one of the records that seem to be missing may be the one without an id.
        intake.ending = Partial("something in it could not be read as a record with an id", intake.store.count())
    for key in sorted(intake.present):
        # A record that is refused somewhere is refused everywhere: which of the two is right is not ours to guess.
        known = store.get(key) if clean_text(key) == key else None
        if known is not None:
            store.remove(key)
            _refuse(intake, key, known[0], "id", "another record has the same id")
    return intake


@dataclass(frozen=True, slots=True)
class _Taking:
    intake: Intake
    source: str
    default_organization: str | None
    server_made_extras: frozenset[str]
    ignore: frozenset[str]

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
        known = intake.store.hash_of(key)
        if known is not None:
            if known != hash_of(data):
                first = intake.store.get(key)
                place = first[0] if first else ""
                _refuse(intake, key, record.place, "id", f"{place} has the same id and another content")
            return
        intake.store.put(key, record.place, data)
        intake.used_organizations.add(organization)
        intake.defaulted += not fitted.organization
        intake.used_groups.update(group["name"] for group in data.get("groups", []))
        intake.adjusted.update({adjustment.reason.partition(":")[0] for adjustment in fitted.adjustments})
        _note_names(intake, fitted, {group["name"] for group in data.get("groups", [])})

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


def _note_names(intake: Intake, fitted: Fitted, groups: set[str]) -> None:
    """Keep the first description of each organization and group; a fuller one wins over a bare name."""
    named: Iterable[tuple[dict[str, dict[str, Any]], dict[str, Any]]] = [
        *([(intake.organizations, fitted.organization)] if fitted.organization else []),
        *((intake.groups, group) for group in fitted.groups if group["name"] in groups),
    ]
    for into, group in named:
        known = into.get(group["name"])
        if known is None or len(known) < len(group):
            into[group["name"]] = group


def _refuse(intake: Intake, key: str | None, place: str, field_name: str, reason: str) -> None:
    intake.refused.append(Refused(key or "", place, field_name, reason))
    if key is not None:
        intake.present.add(key)
