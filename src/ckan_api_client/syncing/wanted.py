"""What should be: a source's records, fitted and with their identities; and those that cannot be taken, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ckan_api_client.quirks.text import STRING_LIMIT, clean_text
from ckan_api_client.sources import Broken, Complete, Ending, Partial, Reading, Record
from ckan_api_client.syncing.fitting import Adjustment, Fitted, Unfit, fit_dataset, fit_group
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.plan import Refused


@dataclass(frozen=True, slots=True)
class Wanted:
    """One dataset as the source wants it. `organization` and `groups` are names."""

    identity: Identity
    place: str
    dataset: Mapping[str, Any]
    organization: str | None
    groups: tuple[str, ...]
    adjustments: tuple[Adjustment, ...]


@dataclass(slots=True)
class Intake:
    """All that a source says, read to its end."""

    datasets: dict[str, Wanted] = field(default_factory=dict)
    organizations: dict[str, dict[str, Any]] = field(default_factory=dict)
    groups: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)
    #: Ids of records that are there, but cannot be taken: their datasets are left as they are.
    present: set[str] = field(default_factory=set)
    ending: Ending = field(default_factory=lambda: Partial("nothing was read", 0))

    @property
    def may_delete(self) -> bool:
        """Tell whether a record that is not here is not in the source either."""
        return isinstance(self.ending, Complete)


def read_source(
    source: str,
    reading: Reading,
    *,
    default_organization: str | None = None,
    server_made_extras: frozenset[str] = frozenset(),
) -> Intake:
    """Read a source to its end. A record that cannot be taken stops nothing: it is refused, with place and reason."""
    intake = Intake()
    for item in reading:
        if isinstance(item, Broken):
            _refuse(intake, item.key, item.place, "", item.reason)
        elif item.kind == "dataset":
            _take_dataset(intake, source, item, default_organization, server_made_extras)
        else:
            _take_group(intake, item)
    intake.ending = reading.ending
    if any(not refused.record_id for refused in intake.refused):
        # Whatever the source says: one of the records that seem to be missing may be the one without an id.
        intake.ending = Partial("something in it could not be read as a record with an id", len(intake.datasets))
    for key in intake.present & set(intake.datasets):
        # A record that is refused somewhere is refused everywhere: which of the two is right is not ours to guess.
        _refuse(intake, key, intake.datasets.pop(key).place, "id", "another record has the same id")
    return intake


def _take_dataset(
    intake: Intake,
    source: str,
    record: Record,
    default_organization: str | None,
    server_made_extras: frozenset[str],
) -> None:
    key = record.key
    if clean_text(key) != key or len(f"{source}:{key}".encode()) > STRING_LIMIT:
        _refuse(intake, key, record.place, "id", "the id is too long, or holds characters that CKAN cannot store")
        return
    try:
        fitted = fit_dataset(record.data, server_made_extras=server_made_extras)
    except Unfit as error:
        _refuse(intake, key, record.place, error.field, error.reason)
        return
    organization = fitted.organization["name"] if fitted.organization else default_organization
    if organization is None:
        reason = "the record names no organization; say whose such records are (--organization)"
        _refuse(intake, key, record.place, "owner_org", reason)
        return
    wanted = Wanted(
        Identity(source, key),
        record.place,
        fitted.dataset,
        organization,
        tuple(group["name"] for group in fitted.groups),
        fitted.adjustments,
    )
    known = intake.datasets.get(key)
    if known is not None:
        if _content(known) == _content(wanted):
            return
        _refuse(intake, key, record.place, "id", f"{known.place} has the same id and another content")
        return
    intake.datasets[key] = wanted
    _note_names(intake, fitted)


def _take_group(intake: Intake, record: Record) -> None:
    into = intake.organizations if record.kind == "organization" else intake.groups
    try:
        group = fit_group({"name": record.key, **record.data}).group
    except Unfit as error:
        intake.refused.append(Refused(record.key, record.place, error.field, error.reason, record.kind))
        return
    into[group["name"]] = group


def _note_names(intake: Intake, fitted: Fitted) -> None:
    """Keep the first description of each organization and group; a fuller one wins over a bare name."""
    named: Iterable[tuple[dict[str, dict[str, Any]], dict[str, Any]]] = [
        *([(intake.organizations, fitted.organization)] if fitted.organization else []),
        *((intake.groups, group) for group in fitted.groups),
    ]
    for into, group in named:
        known = into.get(group["name"])
        if known is None or len(known) < len(group):
            into[group["name"]] = group


def _refuse(intake: Intake, key: str | None, place: str, field_name: str, reason: str) -> None:
    intake.refused.append(Refused(key or "", place, field_name, reason))
    if key is not None:
        intake.present.add(key)


def _content(wanted: Wanted) -> str:
    return json.dumps([wanted.dataset, wanted.organization, wanted.groups], sort_keys=True)
