"""Every rule about datasets, once, as flows: read, create, update, delete, wipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ckan_api_client.exceptions import (
    CkanError,
    HTTPError,
    NameTaken,
    NotAuthorized,
    NotFound,
    OperationFailure,
    Outcome,
    SearchError,
    ServerError,
    TransportError,
    ValidationError,
)
from ckan_api_client.high_level.echo import report
from ckan_api_client.high_level.reading import show_visible
from ckan_api_client.low_level.flows import call_for_dict, call_for_list, create, delete, show
from ckan_api_client.objects import CkanDataset
from ckan_api_client.objects.merging import Clash, Merge, merge_changes
from ckan_api_client.quirks.equivalence import SERVER_MADE_DATASET_KEYS, field_differences
from ckan_api_client.quirks.errors import is_failed_match, is_immense_term
from ckan_api_client.quirks.groups import MANAGED
from ckan_api_client.quirks.names import name_in_trash
from ckan_api_client.quirks.references import bears, id_of
from ckan_api_client.quirks.resources import overlay_resources
from ckan_api_client.quirks.revising import REMOVED, revise_arguments, revised, with_own_groups
from ckan_api_client.quirks.shapes import as_ckan_takes
from ckan_api_client.quirks.states import is_deleted
from ckan_api_client.wire.messages import Flow, Sleep

#: How often a write is tried again after somebody else was faster, or after its answer was lost.
ATTEMPTS = 3

_Data = Mapping[str, Any]


def get_dataset(reference: str, *, by: str, allow_deleted: bool, anonymous: bool) -> Flow[CkanDataset]:
    """Return a dataset found `by` its "id" or its "name".

    CKAN takes either for the other (quirk D4): what comes back must bear what was asked for. Raises NotFound for what
    is absent, deleted (unless allowed), or, where there is no token, private.
    """
    data = yield from show_visible("dataset", reference, anonymous=anonymous)
    if not bears(data, reference, by):
        raise NotFound(404, f"(logical) dataset {by} mismatch")
    if not allow_deleted and is_deleted(data):
        raise NotFound(404, "(logical) dataset state is deleted")
    return CkanDataset(data)


def create_dataset(dataset: _Data | CkanDataset, *, strict: bool) -> Flow[CkanDataset]:
    """Return the dataset that CKAN made. Raises NameTaken, ValidationError, or OperationFailure (if `strict`)."""
    wanted = payload(dataset)
    if wanted.get("id"):
        raise ValueError(
            f"create_dataset: the dataset has an id ({wanted['id']!r}); to change it, use update_dataset; "
            "to copy it, take the id out"
        )
    wanted.pop("id", None)
    try:
        made = yield from create_once(wanted, lambda found: not field_differences(wanted, found))
    except ValidationError as error:
        raise (yield from explained(error, wanted)) from error
    report(f"create_dataset {wanted.get('name')!r}", field_differences(wanted, made), strict=strict)
    return CkanDataset(made)


def create_once(wanted: _Data, is_ours: Callable[[_Data], bool]) -> Flow[dict[str, Any]]:
    """Create a dataset, once, even where the answer is lost (quirk A16).

    The name (and the id, where given) is unique, so whatever has it was either made by an earlier try, which
    `is_ours` tells, or belongs to someone else. A first try that is carried out late is refused by the same rule.
    """
    reference = str(wanted.get("id") or wanted.get("name") or "")
    lost: CkanError | None = None
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return (yield from create("dataset", wanted))
        except ValidationError:
            found = (yield from _peek(reference)) if lost is not None else None
            if found is not None and is_ours(found):
                return found
            raise
        except (TransportError, ServerError, SearchError) as error:
            if not _may_have_happened(error) or not reference:
                raise
            lost = error
        yield Sleep(float(attempt))
        found = yield from _peek(reference)
        if found is not None:
            if is_ours(found):
                return found
            raise lost
    raise lost or AssertionError("three tries leave an error")


def update_dataset(dataset: _Data | CkanDataset, *, strict: bool) -> Flow[CkanDataset]:
    """Return the dataset after the changes of `dataset`, and nothing else, were written over what it is now.

    Of an object that was read from CKAN: what was changed since. Of a plain dict, or an object made by hand: the
    keys that it holds. What others changed meanwhile stays; where they changed the same field to another value,
    OperationFailure names it. Nothing is written where nothing differs. The object given counts as saved: what it
    held is no change any more, and its new resources have what CKAN gave them, their ids before all.
    """
    base, ours = base_and_wanted(dataset)
    identifier = id_of(ours)
    if identifier is None:
        raise ValueError("update_dataset: the dataset has no id; to make a new one, use create_dataset")
    current = yield from show("dataset", identifier)
    if not bears(current, identifier):
        raise NotFound(404, "(logical) dataset id mismatch")
    if is_deleted(current) and ours.get("state", "deleted") == "deleted":
        raise NotFound(404, "(logical) dataset state is deleted")

    def merge(now: _Data) -> Merge:
        if base is not None:
            return merge_changes(base, ours, now)
        merged = _wanted_over(ours, now)
        read = ours.get("metadata_modified")
        if merged.values and read is not None and read != now.get("metadata_modified"):
            # A plain dict that was read from CKAN does not tell which of its values are changes.
            clash = Clash("metadata_modified", read, read, now.get("metadata_modified"))
            return Merge({}, (clash,))
        return merged

    try:
        written, updated = yield from revise_until_done(current, merge)
    except ValidationError as error:
        raise (yield from explained(error, ours)) from error
    if base is not None:
        _note_saved(dataset, updated)
    report(f"update_dataset {identifier!r}", field_differences(written, updated), strict=strict)
    return CkanDataset(updated)


def revise_until_done(current: _Data, merge: Callable[[_Data], Merge]) -> Flow[tuple[dict[str, Any], dict[str, Any]]]:
    """Write what `merge` says over a dataset, merging anew each time somebody was faster; return (written, dataset).

    `written` is empty where nothing had to be, or where others had written all of it before. A lost answer is looked
    into: if nothing is left to write, it was carried out. Sending again is safe, since the match fails for whichever
    comes second.
    """
    written: dict[str, Any] = {}
    lost: dict[str, Any] = {}
    failed: CkanError | None = None
    now: dict[str, Any] = dict(current)
    for attempt in range(1, ATTEMPTS + 2):
        merged = merge(now)
        if merged.clashes:
            clashes = "; ".join(map(str, merged.clashes))
            raise OperationFailure(
                f"dataset {now['id']!r} was changed by someone else since it was read: {clashes}. "
                "Read it again, and decide"
            ) from failed
        if not merged.values:
            return written, now
        if attempt > ATTEMPTS:
            break
        written = {key: value for key, value in merged.values.items() if value is not REMOVED}
        try:
            return written, (yield from revise(now, merged.values))
        except ValidationError as error:
            if not is_failed_match(error.errors):
                raise
            failed, written = error, lost
        except (TransportError, ServerError, SearchError) as error:
            if not _may_have_happened(error):
                raise
            failed, lost = error, written
            yield Sleep(float(attempt))
        now = yield from show("dataset", str(now["id"]))
    told = getattr(failed, "message", failed)
    raise OperationFailure(f"dataset {now['id']!r} could not be written in {ATTEMPTS} tries: {told}") from failed


def revise(current: _Data, values: _Data) -> Flow[dict[str, Any]]:
    """Return the dataset after package_revise set `values`, if it was still as `current` shows it."""
    try:
        return (yield from _revise_once(current, values))
    except NotAuthorized as refusal:
        if not current.get("groups"):
            raise
        own = yield from call_for_list(*MANAGED, dict)
        names = [str(group.get(key)) for group in own for key in ("id", "name")]
        try:
            return (yield from _revise_once(current, with_own_groups(current, values, names)))
        except NotAuthorized:
            raise refusal from None


def delete_dataset(reference: str) -> Flow[None]:
    """Move a dataset to the trash; what is there already, or never was, is no error.

    By package_revise, so that everything comes back with `state: active` (quirk C35).
    """
    try:
        current = yield from show("dataset", reference)
    except NotFound:
        return
    if not bears(current, reference):
        raise NotFound(404, f"(logical) dataset id mismatch: {reference!r} is the name of {current.get('id')!r}")
    try:
        yield from revise_until_done(current, lambda now: _wanted_over({"state": "deleted"}, now))
    except NotFound:
        # Somebody else purged it meanwhile.
        return
    except ValidationError:
        # Old data that CKAN would not take any more stands in the way of every revision (quirk C22), not of this.
        yield from delete("dataset", reference, ignore_404=True)


def wipe_dataset(reference: str) -> Flow[None]:
    """Move a dataset to the trash under another name, so that its own is free for anyone (quirk D2b)."""
    current = yield from show("dataset", reference)
    if not bears(current, reference):
        raise NotFound(404, "(logical) dataset id mismatch")
    wanted = {"name": name_in_trash(reference), "state": "deleted"}
    yield from revise_until_done(current, lambda now: _wanted_over(wanted, now))


def payload(dataset: _Data | CkanDataset) -> dict[str, Any]:
    """Return the data of a dataset as CKAN takes it, without the keys that CKAN makes itself.

    Raises ValueError, naming them, where extras repeat keys: CKAN refuses those, and which value counts is not ours
    to guess.
    """
    given = dataset.serialize() if isinstance(dataset, CkanDataset) else dict(dataset)
    shaped = as_ckan_takes(given)
    CkanDataset(shaped).extras.require_unique()
    return {key: value for key, value in shaped.items() if key not in SERVER_MADE_DATASET_KEYS}


def base_and_wanted(dataset: _Data | CkanDataset) -> tuple[dict[str, Any] | None, dict[str, Any]]:
    """Return what a dataset was when it was read, or None if it never was, and what it shall be.

    An object that was read bears CKAN's own timestamp. Raises ValueError where a key that CKAN makes was changed.
    """
    if not isinstance(dataset, CkanDataset):
        return None, as_ckan_takes(dataset)
    wanted = as_ckan_takes(dataset.serialize())
    if not dataset.original.get("metadata_modified"):
        return None, wanted
    changed = dataset.changes()
    locked = sorted(SERVER_MADE_DATASET_KEYS & set(changed))
    if locked:
        raise ValueError(f"dataset {wanted.get('id')!r}: CKAN makes {', '.join(locked)}, which cannot be set")
    if "extras" in changed:
        CkanDataset(wanted).extras.require_unique()
    return as_ckan_takes(dataset.original), wanted


def explained(error: ValidationError, wanted: _Data) -> Flow[ValidationError]:
    """Return the error as the caller needs it: a taken name as NameTaken, a missing organization with what to add.

    Texts come in the site's language, so a taken name is told by looking (quirk A5).
    """
    if "owner_org" in error.errors and not wanted.get("owner_org"):
        return ValidationError(
            error.status_code,
            f"{error.message}. This site takes no dataset without an organization: add owner_org, the name of one "
            "that your token may write to",
            error.original,
        )
    if "name" in error.errors and wanted.get("name"):
        name = str(wanted["name"])
        try:
            holder = yield from show("dataset", name)
        except NotFound:
            return error
        except HTTPError:
            return NameTaken(error.status_code, f"{error.message} (by a dataset that you may not see)", error.original)
        if bears(holder, name, "name") and not is_deleted(holder):
            return NameTaken(error.status_code, f"{error.message} (by dataset {holder.get('id')!r})", error.original)
    return error


def _revise_once(current: _Data, values: _Data) -> Flow[dict[str, Any]]:
    return revised((yield from call_for_dict("package_revise", revise_arguments(current, values))))


def _wanted_over(wanted: _Data, now: _Data) -> Merge:
    laid = {key: value for key, value in wanted.items() if key not in SERVER_MADE_DATASET_KEYS}
    if isinstance(laid.get("resources"), list):
        laid["resources"] = overlay_resources(laid["resources"], now.get("resources") or [])
    laid = {key: value for key, value in laid.items() if field_differences({key: value}, now)}
    return merge_changes(now, {**now, **laid}, now)


def _note_saved(dataset: _Data | CkanDataset, updated: _Data) -> None:
    if not isinstance(dataset, CkanDataset):
        return
    known = {resource.id for resource in dataset.resources}
    for resource in dataset.resources:
        if resource.id:
            continue
        made = (one for one in updated["resources"] if one["id"] not in known and not resource.differences(one))
        for key, value in next(made, {}).items():
            resource.setdefault(key, value)
        known.add(resource.id)
    dataset.mark_saved()


def _peek(reference: str) -> Flow[dict[str, Any] | None]:
    try:
        return (yield from show("dataset", reference))
    except NotFound:
        return None


def _may_have_happened(error: CkanError) -> bool:
    if isinstance(error, TransportError):
        return error.outcome is Outcome.UNKNOWN
    return isinstance(error, HTTPError) and error.status_code >= 500 and not is_immense_term(error.original)  # noqa: PLR2004
