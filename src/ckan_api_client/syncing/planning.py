"""Planning: a pure function of what should be and what is. The same input gives the same plan, to the byte."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan_api_client.quirks.equivalence import field_differences
from ckan_api_client.sources import Complete, Partial
from ckan_api_client.syncing.catalog import Catalog
from ckan_api_client.syncing.merging import values_to_write
from ckan_api_client.syncing.plan import Create, CreateGroup, Delete, FieldChange, Plan, Refused, Update
from ckan_api_client.syncing.strategies import Strategies
from ckan_api_client.syncing.wanted import Intake


def make_plan(source: str, intake: Intake, catalog: Catalog, strategies: Strategies) -> Plan:
    """Return what has to be done so that the catalog matches the source, and what is refused."""
    refused = [*intake.refused]
    creates, updates, unchanged = [], [], 0
    for key, wanted in sorted(intake.datasets.items()):
        if key in catalog.copies:
            refused.append(_copied(key, wanted.place, catalog.copies[key]))
            continue
        current = catalog.datasets.get(key)
        if current is None:
            creates.append(Create(key, wanted.place, _title(wanted.dataset), wanted.organization))
            continue
        values = values_to_write(wanted, current, strategies)
        if values:
            changes = field_changes(values, current)
            updates.append(Update(key, wanted.place, current["id"], _title(wanted.dataset), changes))
        else:
            unchanged += 1
    absent = sorted(set(catalog.datasets) - set(intake.datasets) - intake.present)
    ending, doubt = intake.ending, catalog.doubt
    if isinstance(ending, Partial):
        doubt = doubt or f"the source was not read completely: {ending.reason}"
    deletes = plan_deletes(ending, absent, catalog) if isinstance(ending, Complete) and not doubt else ()
    refused += [_copied(key, "", ids) for key, ids in sorted(catalog.copies.items()) if key not in intake.datasets]
    return Plan(
        source,
        groups=_plan_groups(intake, catalog, strategies),
        deletes=deletes,
        creates=tuple(creates),
        updates=tuple(updates),
        refused=tuple(refused),
        unchanged=unchanged,
        no_deletes_because=doubt if absent else "",
    )


def plan_deletes(_proof: Complete, absent: list[str], catalog: Catalog) -> tuple[Delete, ...]:
    """Return the deletes of what is absent from a source; only one that was read completely can be given here."""
    return tuple(Delete(key, catalog.datasets[key]["id"], _title(catalog.datasets[key])) for key in absent)


def field_changes(values: Mapping[str, Any], current: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """Return, field by field, what writing `values` over `current` changes."""
    differences = field_differences(values, {**{key: current.get(key) for key in values}, "name": current.get("name")})
    changes = [FieldChange(path, got, sent) for path, (sent, got) in sorted(differences.items())]
    seen = {change.path.partition(".")[0].partition("[")[0] for change in changes}
    changes += [FieldChange(key, current.get(key), values[key]) for key in sorted(values) if key not in seen]
    return tuple(changes)


def _plan_groups(intake: Intake, catalog: Catalog, strategies: Strategies) -> tuple[CreateGroup, ...]:
    used_organizations = {wanted.organization for wanted in intake.datasets.values() if wanted.organization}
    used_groups = {name for wanted in intake.datasets.values() for name in wanted.groups}
    planned: list[CreateGroup] = []
    for name in sorted(used_organizations | set(intake.organizations)):
        data = intake.organizations.get(name, {"name": name})
        if name not in catalog.organizations:
            planned.append(CreateGroup("organization", name, data))
        elif strategies.organization_merge_strategy == "update" and len(data) > 1:
            planned.append(CreateGroup("organization", name, data, update=True))
    for name in sorted(used_groups | set(intake.groups)):
        data = intake.groups.get(name, {"name": name})
        if name not in catalog.groups:
            planned.append(CreateGroup("group", name, data))
        elif strategies.group_merge_strategy == "update" and len(data) > 1:
            planned.append(CreateGroup("group", name, data, update=True))
    return tuple(planned)


def _copied(key: str, place: str, ids: tuple[str, ...]) -> Refused:
    reason = f"{len(ids)} datasets bear the marker of this record ({', '.join(ids)}): take it off all but one"
    return Refused(key, place, "_harvest_source", reason)


def _title(dataset: Mapping[str, Any]) -> str:
    return str(dataset.get("title") or dataset.get("name") or "")
