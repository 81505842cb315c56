"""Every rule about groups and organizations, once, as flows. CKAN keeps both in one table, with one set of names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from ckan_api_client.exceptions import (
    HTTPError,
    NameTaken,
    NotFound,
    OperationFailure,
    ValidationError,
)
from ckan_api_client.high_level.echo import report
from ckan_api_client.high_level.reading import show_visible
from ckan_api_client.low_level.flows import call_for_dict, create, delete, show
from ckan_api_client.objects import CkanGroup, CkanOrganization
from ckan_api_client.objects.merging import merge_changes
from ckan_api_client.quirks.equivalence import SERVER_MADE_GROUP_KEYS, group_differences
from ckan_api_client.quirks.groups import CLEARED_BY_BLANK, extras_to_delete
from ckan_api_client.quirks.references import bears, id_of
from ckan_api_client.quirks.revising import REMOVED
from ckan_api_client.quirks.shapes import as_ckan_takes
from ckan_api_client.quirks.states import is_deleted
from ckan_api_client.wire.messages import Flow

#: A group or an organization.
G = TypeVar("G", CkanGroup, CkanOrganization)

_Data = Mapping[str, Any]


def kind_of(type_: type[CkanGroup | CkanOrganization]) -> str:
    """Return CKAN's word for a class."""
    return "organization" if issubclass(type_, CkanOrganization) else "group"


def get_group(type_: type[G], reference: str, *, by: str, allow_deleted: bool, anonymous: bool) -> Flow[G]:
    """Return a group or organization found `by` its "id" or its "name". Raises NotFound as `get_dataset` does."""
    kind = kind_of(type_)
    data = yield from show_visible(kind, reference, anonymous=anonymous)
    if not bears(data, reference, by):
        raise NotFound(404, f"(logical) {kind} {by} mismatch")
    if not allow_deleted and is_deleted(data):
        raise NotFound(404, f"(logical) {kind} state is deleted")
    return type_(data)


def create_group(type_: type[G], group: _Data | G, *, strict: bool) -> Flow[G]:
    """Return the group or organization that CKAN made. Its name stays taken even by a deleted one (quirk D3)."""
    kind = kind_of(type_)
    wanted = _payload(group)
    if wanted.pop("id", None):
        raise ValueError(f"create_{kind}: the {kind} has an id; to change it, use update_{kind}")
    try:
        made = yield from create(kind, wanted)
    except ValidationError as error:
        raise (yield from _explained(kind, error, wanted)) from error
    report(f"create_{kind} {wanted.get('name')!r}", group_differences(wanted, made), strict=strict)
    return type_(made)


def update_group(type_: type[G], group: _Data | G, *, strict: bool) -> Flow[G]:
    """Return the group or organization after the changes of `group`, and nothing else, were written.

    By the patch action, and never with members or datasets in it: sent by halves, they are removed (quirk F6).
    CKAN has no compare-and-set for groups; what was changed by others before this call is kept, or raises.
    """
    kind = kind_of(type_)
    wanted = as_ckan_takes(group.serialize() if isinstance(group, type_) else group)
    identifier = id_of(wanted)
    if identifier is None:
        raise ValueError(f"update_{kind}: the {kind} has no id; to make a new one, use create_{kind}")
    now = yield from show(kind, identifier)
    if not bears(now, identifier):
        raise NotFound(404, f"(logical) {kind} id mismatch")
    if isinstance(group, type_) and group.original.get("created"):
        base = as_ckan_takes(group.original)
    else:
        base, wanted = now, {**now, **{key: value for key, value in wanted.items() if _differs(key, wanted, now)}}
    merged = merge_changes(base, wanted, now, kind="group")
    if merged.clashes:
        clashes = "; ".join(map(str, merged.clashes))
        raise OperationFailure(f"{kind} {identifier!r} was changed by someone else since it was read: {clashes}")
    locked = sorted(SERVER_MADE_GROUP_KEYS & set(merged.values))
    if locked:
        raise ValueError(f"update_{kind}: {', '.join(locked)} cannot be set this way")
    if not merged.values:
        return type_(now)
    written = {
        key: "" if value is REMOVED or (value is None and key in CLEARED_BY_BLANK) else value
        for key, value in merged.values.items()
    }
    # The same values written twice are the same values: a lost answer may be asked for again.
    updated = yield from call_for_dict(f"{kind}_patch", {"id": identifier, **written}, repeatable=True)
    if written.get("extras") == [] and updated.get("extras"):
        gone = {"id": identifier, "extras": extras_to_delete(updated["extras"])}
        updated = yield from call_for_dict(f"{kind}_patch", gone, repeatable=True)
    report(f"update_{kind} {identifier!r}", group_differences(written, updated), strict=strict)
    return type_(updated)


def delete_group(type_: type[CkanGroup | CkanOrganization], reference: str) -> Flow[None]:
    """Move a group or organization to the trash; what is there already, or never was, is no error."""
    kind = kind_of(type_)
    try:
        data = yield from show(kind, reference)
    except NotFound:
        return
    if not bears(data, reference):
        raise NotFound(404, f"(logical) {kind} id mismatch: {reference!r} is the name of {data.get('id')!r}")
    if not is_deleted(data):
        yield from delete(kind, reference, ignore_404=True)


def _differs(key: str, wanted: _Data, now: _Data) -> bool:
    return key not in SERVER_MADE_GROUP_KEYS and bool(group_differences({key: wanted[key]}, now))


def _payload(group: _Data | CkanGroup | CkanOrganization) -> dict[str, Any]:
    given = group.serialize() if isinstance(group, CkanGroup | CkanOrganization) else dict(group)
    return {key: value for key, value in as_ckan_takes(given).items() if key not in SERVER_MADE_GROUP_KEYS}


def _explained(kind: str, error: ValidationError, wanted: _Data) -> Flow[ValidationError]:
    name = wanted.get("name")
    if "name" not in error.errors or not isinstance(name, str) or not name:
        return error
    for other in (kind, "group" if kind == "organization" else "organization"):
        try:
            holder = yield from show(other, name)
        except HTTPError:
            continue
        if bears(holder, name, "name"):
            message = f"{error.message} (by the {holder.get('state')} {other} {holder.get('id')!r})"
            return NameTaken(error.status_code, message, error.original)
    return error
