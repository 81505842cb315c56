"""The actions on single resources: each is an update of the whole dataset (quirks C10, C22, G2)."""

import contextlib
import json
from collections.abc import Iterator
from typing import Any

from .authorization import check_read_package, may_update_package, require_login, resource_named
from .errors import InternalFailure, NotAuthorizedFailure, NotFoundFailure, NotImplementedHere, ValidationFailure
from .packages import editable, show_by_reference, show_package, update_package
from .site import Call
from .store import Row
from .values import internal_failure

_NOT_FOUND = "Resource was not found."


def resource_show(call: Call) -> Row:
    reference = call.need("id")
    resource = call.store.by_reference("resource", reference)
    if resource is None:
        raise NotFoundFailure("")
    package = _package_of(call, resource)
    try:
        check_read_package(call, package)
    except NotAuthorizedFailure:
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to read resource {resource['id']}") from None
    shown = show_package(call, package)
    found: Row | None = next((each for each in shown["resources"] if each["id"] == reference), None)
    if found is None:
        raise NotFoundFailure(_NOT_FOUND)
    return found


def _package_of(call: Call, resource: Row) -> Row:
    package = call.store.row("SELECT * FROM package WHERE id = ?", resource["package_id"])
    if package is None:
        raise internal_failure()
    return package


def resource_create(call: Call) -> Row:
    arguments = call.arguments
    reference = call.need("package_id")
    if not arguments.get("url"):
        arguments["url"] = ""
    package, shown = show_by_reference(call, reference)
    require_login(call, "resource_create")
    if not may_update_package(call, package):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to create resources on dataset {reference}")
    _refuse_gap(call, shown)
    record = _to_change(call, shown)
    record["resources"].append(arguments)
    with _resource_errors(-1):
        updated, _ = update_package(call, package, record, shown)
    last: Row = updated["resources"][-1]
    return last


def _to_change(call: Call, shown: Row) -> Row:
    record = editable(shown)
    if call.behaviour.no_op_is_no_write:
        record.pop("metadata_modified", None)
    return record


def _refuse_gap(call: Call, shown: Row) -> None:
    """Break on positions that are not 0, 1, 2…, as CKAN 2.12 does (live d17)."""
    positions = [resource["position"] for resource in shown["resources"]]
    if call.behaviour.trusts_positions and positions != list(range(len(positions))):
        raise internal_failure()


@contextlib.contextmanager
def _resource_errors(place: int) -> Iterator[None]:
    """Give only the errors of the resource at this place, if there are any of resources (C22)."""
    try:
        yield
    except ValidationFailure as failure:
        detail: Any = failure.detail
        if "resources" not in detail:
            raise
        if place >= len(detail["resources"]):
            raise internal_failure() from None
        raise ValidationFailure(detail["resources"][place]) from None


def resource_update(call: Call) -> Row:
    return _update(call, call.need("id"), None)


def _update(call: Call, reference: Any, original: Row | None) -> Row:
    arguments = call.arguments
    if not arguments.get("url"):
        arguments["url"] = ""
    resource = call.store.by_reference("resource", reference)
    if resource is None:
        raise NotFoundFailure(_NOT_FOUND)
    _check_edit(call, resource, "resource_update")
    package = _package_of(call, resource)
    check_read_package(call, package)
    shown = show_package(call, package) if original is None else original
    record = _to_change(call, shown)
    place = _place_of(call, resource, shown, reference)
    _refuse_gap(call, shown)
    stored = json.loads(resource["extras"])
    if "datastore_active" in stored and "datastore_active" not in arguments:
        arguments["datastore_active"] = stored["datastore_active"]
    record["resources"][place] = arguments
    with _resource_errors(place):
        updated, _ = update_package(call, package, record, shown)
    found: Row | None = next((each for each in updated["resources"] if each["id"] == reference), None)
    if found is None:
        raise NotFoundFailure(_NOT_FOUND)
    return found


def _place_of(call: Call, resource: Row, shown: Row, reference: Any) -> int:
    """Return where in its dataset a resource is: where it is shown, in CKAN 2.12 where its position says."""
    ids = [each["id"] for each in shown["resources"]]
    if call.behaviour.trusts_positions and resource["position"] >= len(ids):
        raise internal_failure()
    if reference not in ids or (call.behaviour.trusts_positions and ids[resource["position"]] != reference):
        raise NotFoundFailure(_NOT_FOUND)
    return ids.index(reference)


def _check_edit(call: Call, resource: Row, action: str) -> None:
    require_login(call, action)
    if not may_update_package(call, _package_of(call, resource)):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to edit resource {resource['id']}")


def resource_patch(call: Call) -> Row:
    require_login(call, "resource_patch")
    if not call.is_sysadmin:
        _check_edit(call, resource_named(call), "resource_patch")
    reference = call.need("id")
    if call.behaviour.trusts_positions:
        patched = _shown_at_its_position(call, reference)
    else:
        patched = editable(resource_show(call.with_arguments({"id": reference})))
    patched.update(call.arguments)
    return _update(call.with_arguments(patched), reference, None)


def _shown_at_its_position(call: Call, reference: Any) -> Row:
    resource = call.store.by_reference("resource", reference)
    if resource is None:
        raise NotFoundFailure(_NOT_FOUND)
    package = _package_of(call, resource)
    check_read_package(call, package)
    shown = show_package(call, package)
    found: Row = editable(shown)["resources"][_place_of(call, resource, shown, resource["id"])]
    del found["metadata_modified"]
    return found


def resource_delete(call: Call) -> None:
    reference = call.need("id")
    resource = call.store.by_reference("resource", reference)
    if resource is None:
        raise NotFoundFailure("")
    require_login(call, "resource_delete")
    package = _package_of(call, resource)
    if not may_update_package(call, package):
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to delete resource {resource['id']}")
    check_read_package(call, package)
    shown = show_package(call, package)
    record = editable(shown)
    record["resources"] = [each for each in record["resources"] if each["id"] != reference]
    try:
        update_package(call, package, record, shown)
    except ValidationFailure as failure:
        detail: Any = failure.detail
        if "resources" not in detail:
            raise InternalFailure("Internal Server Error") from None
        raise ValidationFailure(detail["resources"][-1]) from None


def resource_view_list(call: Call) -> list[Row]:
    """Return no views: the embedded CKAN has no view plugins."""
    resource = call.store.by_reference("resource", call.need("id"))
    if resource is None:
        raise NotFoundFailure("")
    check_read_package(call, _package_of(call, resource))
    return []


def resource_view_create(call: Call) -> Row:
    raise NotImplementedHere(f"resource_view_create: no view plugin is there to make {call.arguments.get('view_type')}")
