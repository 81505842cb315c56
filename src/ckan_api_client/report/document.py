"""What is reported, as one value: made of a plan, or of a run and its journal. How it looks is not known here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal
from urllib.parse import quote

from ckan_api_client.report.differences import differences, without_empty
from ckan_api_client.syncing.guards import Limits
from ckan_api_client.syncing.plan import Adopt, Conflict, Create, Delete, GroupChange, Plan, Revive, Update
from ckan_api_client.syncing.plan import Change as Planned
from ckan_api_client.syncing.state import Entry, RunRecord

#: How long a value is at most, and how many values of one thing are shown; the rest is counted.
_LONGEST, _MOST_CHANGES = 4000, 200
_LONGEST_FACT = 300
_WRITTEN = frozenset({"created", "updated", "revived", "adopted", "deleted"})


@dataclass(frozen=True, slots=True)
class Change:
    """A value before and after; None is absent. `path` is that of `syncing.plan.FieldChange`, `label` for people."""

    path: str
    label: str
    before: Any
    after: Any
    because: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing, and what becomes, or became, of it.

    `did`: a word of `syncing.report.Did` for runs; create, update, delete ... for plans; `kept` where nothing is
    written, but people's values are in conflict with the source's. `facts`: pairs of a label and a text. `unshown`: how
    many changes more there are. `url`: its page in the catalog, or "".
    """

    did: str
    kind: str
    key: str
    title: str = ""
    organization: str = ""
    url: str = ""
    place: str = ""
    field: str = ""
    reason: str = ""
    notes: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    changes: tuple[Change, ...] = ()
    unshown: int = 0
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A report. `about`: pairs of a label and a text; `warnings`: why it is, or was, refused or cut short."""

    kind: Literal["plan", "run"]
    source: str
    catalog: str
    about: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    adjusted: Mapping[str, int] | None = None
    unchanged: int = 0
    items: tuple[Item, ...] = ()

    @property
    def title(self) -> str:
        return f"{'Plan' if self.kind == 'plan' else 'Run'}: {self.source} → {self.catalog}"

    def counts(self) -> dict[str, int]:
        """Return how many datasets, organizations and groups each thing becomes of."""
        found: dict[str, int] = {}
        for item in self.items:
            found[item.did] = found.get(item.did, 0) + 1
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        return {**asdict(self), "title": self.title, "counts": self.counts(), "adjusted": dict(self.adjusted or {})}

    def to_json(self) -> str:
        text = json.dumps(self.as_dict(), ensure_ascii=False, indent=2)
        # Half of a pair of surrogates, which JSON may hold, has no UTF-8; what replaces it is its escape in JSON.
        return text.encode(errors="backslashreplace").decode() + "\n"


def document_of_plan(plan: Plan, limits: Limits | None = None, *, warnings: Sequence[str] | None = None) -> Document:
    """Return what a plan would do. `warnings`: why it is refused; unless given, the guards that it violates."""
    if warnings is None:
        warnings = [str(violation) for violation in plan.violations(limits or Limits())]
        if plan.conflicts and plan.rules.get("on_conflict") == "fail":
            warnings = [*warnings, f"{len(plan.conflicts)} conflicts, and --on-conflict fail"]
    conflicts = _by_record(plan.conflicts)
    items = [_planned(change, plan.catalog, conflicts) for change in plan.changes]
    items += [
        Item("refused", one.kind, one.record_id, place=one.place, field=one.field, reason=one.reason)
        for one in plan.refused
    ]
    kept = _kept(conflicts, plan.catalog)
    items += kept
    return Document(
        "plan",
        plan.source,
        plan.catalog,
        about=_about(("as", plan.account), ("made", plan.made), ("checksum", plan.checksum)),
        warnings=tuple(warnings),
        notes=_notes(plan.notes, plan.no_deletes_because),
        unchanged=max(0, plan.unchanged - len(kept)),
        items=tuple(items),
    )


def document_of_run(source: str, catalog: str, run: RunRecord, entries: Iterable[Entry]) -> Document:
    """Return what a run did: its report, and, as far as they are kept, the values before and after each write."""
    report: Mapping[str, Any] = run.report or {}
    conflicts = _by_record(Conflict(**conflict) for conflict in report.get("conflicts", ()))
    # The last write of a thing comes first; the first one tells what was there before.
    last: dict[tuple[str, str], Entry] = {}
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        last.setdefault((entry.kind, entry.key), entry)
        first[entry.kind, entry.key] = entry
    items = []
    for outcome in report.get("outcomes", ()):
        key = (outcome["kind"], outcome["record_id"])
        written = replace(last[key], before=first[key].before) if key in last else None
        items.append(_done(outcome, written, catalog, conflicts.pop(key[1], ()) if key[0] == "dataset" else ()))
    items += _kept(conflicts, catalog)
    lost = not last and not run.undoes and any(item.did in _WRITTEN for item in items)
    told = sum(item.did in {"kept", "unchanged"} and item.kind == "dataset" for item in items)
    unchanged = int(report.get("counts", {}).get("dataset", {}).get("unchanged", 0)) - told
    return Document(
        "run",
        source,
        catalog,
        about=_about(
            ("run", str(run.number)),
            ("kind", run.kind if run.undoes is None else f"{run.kind} of run {run.undoes}"),
            ("undone by run", str(run.undone_by or "")),
            ("as", run.account),
            ("begun", run.begun),
            ("finished", run.finished),
            ("checksum of the plan", run.plan_checksum),
        ),
        warnings=_warnings(run),
        notes=(
            *_notes(report.get("notes", ()), report.get("no_deletes_because", "")),
            *(["its single values are no longer kept"] if lost else []),
        ),
        adjusted=report.get("adjusted"),
        unchanged=max(0, unchanged),
        items=tuple(items),
    )


def _planned(change: Planned, catalog: str, conflicts: dict[str, tuple[Conflict, ...]]) -> Item:
    if isinstance(change, GroupChange):
        did = "update" if change.update else "create"
        facts = _facts(change.data, ("name", "title", "description"))
        title = str(change.data.get("title") or "")
        url = _url(catalog, change.kind, change.name if change.update else "")
        return Item(did, change.kind, change.name, title, url=url, facts=facts)
    met = conflicts.pop(change.record_id, ())
    base = Item("", "dataset", change.record_id, change.title, conflicts=met)
    if not isinstance(change, Create):
        base = replace(base, url=_url(catalog, "dataset", change.dataset_id))
    match change:
        case Delete():
            return replace(base, did="delete" if change.how == "delete" else _HOW[change.how])
        case Adopt():
            return replace(base, did="adopt", place=change.place, facts=(("found by", change.by),))
        case Create() | Revive():
            did = "create" if isinstance(change, Create) else "revive"
            facts = _facts(change.data, _FACTS)
            return replace(base, did=did, place=change.place, organization=_organization(change.data), facts=facts)
        case Update():
            there = [one.before for one in change.changes if isinstance(one.before, Mapping)]
            names = _resource_names({"resources": there}) | _resource_names(change.data)
            changes = [
                _change(one.path, one.before, one.after, names, one.because) for one in change.changes[:_MOST_CHANGES]
            ]
            return replace(
                base,
                did="update",
                place=change.place,
                organization=_organization(change.data),
                changes=tuple(changes),
                unshown=len(change.changes) - len(changes),
            )


def _done(outcome: Mapping[str, Any], entry: Entry | None, catalog: str, conflicts: tuple[Conflict, ...]) -> Item:
    did, kind, key = str(outcome["did"]), str(outcome["kind"]), str(outcome["record_id"])
    before = entry.before if entry is not None else None
    after = entry.after if entry is not None else None
    shown = after or before or (entry.source if entry is not None else None) or {}
    reference = str(outcome.get("dataset_id") or "") if kind == "dataset" else key
    item = Item(
        did,
        kind,
        key,
        str(shown.get("title") or (conflicts[0].title if conflicts else "")),
        _organization(shown) if kind == "dataset" else "",
        _url(catalog, kind, reference),
        str(outcome.get("place") or ""),
        str(outcome.get("field") or ""),
        str(outcome.get("reason") or ""),
        tuple(map(str, outcome.get("notes") or ())),
        conflicts=conflicts,
    )
    if did not in _WRITTEN or entry is None:
        return item
    if before is None or after is None or did == "deleted":
        return replace(item, facts=_facts(shown, _FACTS if kind == "dataset" else ("name", "title", "description")))
    names = _resource_names(before) | _resource_names(after)
    found = list(differences(before, after))
    changes = tuple(_change(*one, names) for one in found[:_MOST_CHANGES])
    return replace(item, changes=changes, unshown=len(found) - len(changes))


def _kept(conflicts: Mapping[str, tuple[Conflict, ...]], catalog: str) -> list[Item]:
    """Return those of whom nothing is written, but of whom conflicts are told."""
    return [
        Item("kept", "dataset", key, met[0].title, url=_url(catalog, "dataset", met[0].dataset_id), conflicts=met)
        for key, met in conflicts.items()
    ]


def _by_record(conflicts: Iterable[Conflict]) -> dict[str, tuple[Conflict, ...]]:
    found: dict[str, tuple[Conflict, ...]] = {}
    for conflict in conflicts:
        cut = replace(conflict, source=_cut(conflict.source), catalog=_cut(conflict.catalog))
        found[conflict.record_id] = (*found.get(conflict.record_id, ()), cut)
    return found


#: What a plan calls a delete that is none.
_HOW = {"purge": "purge", "private": "make private"}
_FACTS = ("name", "notes", "license_id", "resources", "tags", "groups", "extras")


def _facts(data: Mapping[str, Any], keys: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return what a thing holds in short: texts as they begin, lists by their number."""
    facts = []
    for key in keys:
        value = data.get(key)
        if isinstance(value, list) and value:
            facts.append((key, _listed(key, value)))
        elif value not in (None, "", [], {}):
            facts.append((key, str(_cut(value if isinstance(value, str) else str(value), _LONGEST_FACT))))
    return tuple(facts)


def _listed(key: str, value: list[Any]) -> str:
    label = {"extras": "key", "tags": "name", "groups": "name", "resources": "format"}[key]
    named = [str(item.get(label) or "") for item in value if isinstance(item, Mapping)]
    shown = ", ".join(dict.fromkeys(name for name in named if name))
    return str(_cut(f"{len(value)}{': ' if shown else ''}{shown}", _LONGEST_FACT))


def _change(path: str, before: Any, after: Any, names: Mapping[str, str], because: str = "") -> Change:
    parts = path.split(".", 2)
    label = path
    if parts[0] == "resources" and len(parts) > 1:
        # A resource is better known by its name than by its id.
        label = ", ".join([f"resource “{names.get(parts[1], parts[1])}”", *parts[2:]])
        if len(parts) == len(("resources", "ID")):
            before, after = (without_empty(one) if isinstance(one, Mapping) else one for one in (before, after))
    return Change(path, label, _cut(before), _cut(after), because)


def _resource_names(data: Mapping[str, Any]) -> dict[str, str]:
    return {
        str(item["id"]): str(item.get("name") or item.get("url") or item["id"])[:100]
        for item in data.get("resources") or []
        if isinstance(item, Mapping) and item.get("id")
    }


def _cut(value: Any, longest: int = _LONGEST) -> Any:
    """Return a value as long as can be shown; what is cut says so."""
    if isinstance(value, str):
        return value if len(value) <= longest else f"{value[:longest]}… ({len(value) - longest:,} characters more)"
    if isinstance(value, list | dict):
        text = json.dumps(value, ensure_ascii=False)
        return value if len(text) <= longest else _cut(text, longest)
    return value


def _organization(data: Mapping[str, Any]) -> str:
    whole = data.get("organization")
    if isinstance(whole, Mapping):
        return str(whole.get("title") or whole.get("name") or "")
    return str(data.get("owner_org") or "")


def _url(catalog: str, kind: str, reference: str) -> str:
    if not reference or not catalog.lower().startswith(("http://", "https://")):
        return ""
    return f"{catalog.rstrip('/')}/{kind}/{quote(reference, safe='')}"


def _about(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in pairs if pair[1])


def _notes(notes: Iterable[str], no_deletes_because: str) -> tuple[str, ...]:
    return (*([f"Nothing is deleted: {no_deletes_because}"] if no_deletes_because else []), *notes)


def _warnings(run: RunRecord) -> tuple[str, ...]:
    told = {
        "": "The run has not ended: it is under way, or it was killed. The next run takes it up.",
        "interrupted": "The run was interrupted. Run again to go on.",
        "failed": "The run was ended by an error. Run again to go on.",
    }
    return (told[run.ended],) if run.ended in told else ()
