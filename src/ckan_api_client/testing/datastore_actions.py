"""The actions of the datastore plugin: who may, what is read-only, and the flag on the resource (H2, H3)."""

import json
from typing import Any, Final

from .authorization import check_read_package, may_update_package
from .datastore import Datastore
from .errors import NotAuthorizedFailure, NotFoundFailure, ValidationFailure
from .packages import reindex
from .resources import resource_create, resource_update
from .site import Call
from .store import Row, to_json

_READ_ONLY: Final = (
    "Cannot edit read-only resource because changes made may be lost. Use a resource created for editing e.g. with "
    'datastore_create or use "force=True" to ignore this warning.'
)
_READ_ONLY_ONCE: Final = 'Cannot edit read-only resource. Either pass"force=True" or change url_type to "datastore"'


def _datastore(call: Call) -> Datastore:
    return Datastore(call.store.connection, ckan_version=call.behaviour.ckan_version)


def _check_write(call: Call, reference: Any) -> Row | None:
    """Raise unless the caller may write into the resource, and it is the datastore's own, or `force` says so."""
    resource = call.store.by_reference("resource", reference)
    if resource is None:
        if reference:
            raise NotFoundFailure("")
        return None
    package = call.store.row("SELECT * FROM package WHERE id = ?", resource["package_id"]) or {}
    if not may_update_package(call, package):
        verb = "perform resource_update on" if call.behaviour.reports_changed_entities else "edit"
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to {verb} resource {resource['id']}")
    if not call.arguments.pop("force", False) and resource["url_type"] != "datastore":
        raise ValidationFailure({"read-only": [_READ_ONLY if call.behaviour.has_records_delete else _READ_ONLY_ONCE]})
    return resource


def _check_read(call: Call, reference: Any) -> None:
    resource = call.store.by_reference("resource", reference)
    if resource is None:
        return  # the datastore says that there is none
    package = call.store.row("SELECT * FROM package WHERE id = ?", resource["package_id"]) or {}
    try:
        check_read_package(call, package)
    except NotAuthorizedFailure:
        raise NotAuthorizedFailure(f"User {call.user_name} not authorized to read resource {resource['id']}") from None


def _set_active(call: Call, resource: Row | None, *, active: bool, is_new: bool = False) -> None:
    if resource is None:
        return
    extras = json.loads(resource["extras"])
    if bool(extras.get("datastore_active")) is active:
        return
    extras["datastore_active"] = active
    call.store.update("resource", resource["id"], {"extras": to_json(extras)})
    if call.behaviour.no_op_is_no_write:  # CKAN 2.12 patches the resource, earlier ones write the flag alone
        if resource["url_type"] == "datastore" and not is_new:
            call.store.update("resource", resource["id"], {"last_modified": call.store.now()})
        for table, id_ in (("resource", resource["id"]), ("package", resource["package_id"])):
            call.store.update(table, id_, {"metadata_modified": call.store.now()})
    reindex(call, resource["package_id"])


def datastore_create(call: Call) -> Any:
    arguments = call.arguments
    if "resource" in arguments and "resource_id" in arguments:
        raise ValidationFailure({"resource": ["resource cannot be used with resource_id"]})
    if "resource" not in arguments and "resource_id" not in arguments:
        raise ValidationFailure({"resource_id": ["resource_id or resource required"]})
    wanted = arguments.pop("resource", None)
    if wanted is None:
        _check_exists(call, arguments["resource_id"])
    else:
        if "url" in wanted:
            raise ValidationFailure({"resource": ["The datapusher has to be enabled."]})
        arguments["resource_id"] = _make_resource(call, wanted)
        wanted = {**wanted, "url": "_datastore_only_resource"}
        if not call.behaviour.no_op_is_no_write:
            wanted["mimetype"] = None
    resource = _check_write(call, arguments["resource_id"])
    result = _datastore(call).create(arguments)
    _set_active(call, resource, active=True, is_new=wanted is not None)
    return result if wanted is None else {**result, "resource": wanted}


def _make_resource(call: Call, wanted: Row) -> str:
    """Return the id of a new resource that is the datastore's own; since CKAN 2.12 it is modified as of now."""
    sent = {**wanted, "url": "_datastore_only_resource"}
    if call.behaviour.no_op_is_no_write:
        sent |= {"url_type": "datastore", "last_modified": call.store.now()}
        return str(resource_create(call.with_arguments(sent))["id"])
    made = resource_create(call.with_arguments(sent))
    resource_update(call.with_arguments({**made, "url_type": "datastore"}))
    return str(made["id"])


def _check_exists(call: Call, reference: Any) -> None:
    if call.store.value("SELECT 1 FROM resource WHERE id = ?", reference) is None:
        named = f"Resource not found: {reference}"
        plain = not call.behaviour.group_update_keeps_users
        raise ValidationFailure({"resource_id": ["Not found: Resource" if plain else named]})


def datastore_upsert(call: Call) -> Any:
    _check_write(call, call.need("resource_id"))
    return _datastore(call).upsert(call.arguments)


def datastore_delete(call: Call) -> Any:
    resource = _check_write(call, call.need("resource_id"))
    is_whole = call.arguments.get("filters") is None
    result = _datastore(call).delete(call.arguments)
    if is_whole:
        _set_active(call, resource, active=False)
    return result


def datastore_records_delete(call: Call) -> Any:
    _check_write(call, call.need("resource_id"))
    return _datastore(call).records_delete(call.arguments)


def datastore_search(call: Call) -> Any:
    _check_read(call, call.arguments.get("resource_id"))
    return _datastore(call).search(call.arguments)


def datastore_info(call: Call) -> Any:
    _check_read(call, call.arguments.get("resource_id", call.arguments.get("id")))
    return _datastore(call).info(call.arguments)


READS: Final = (datastore_info, datastore_search)
WRITES: Final = (datastore_create, datastore_delete, datastore_records_delete, datastore_upsert)
