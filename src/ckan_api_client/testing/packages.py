"""The actions on datasets: show, list, create, update, patch, delete, purge, reorder, and those on many at once."""

import json
from collections.abc import Mapping
from typing import Any

from . import values
from .authorization import (
    check_create_package,
    check_read_package,
    check_update_package,
    has_permission,
    package_named,
    require_login,
    require_sysadmin,
)
from .errors import NotAuthorizedFailure, NotFoundFailure, ValidationFailure
from .index import Shown
from .indexing import change_indexed, index_package
from .package_rules import valid_package
from .records import package_record
from .saving import save_package, set_owner_row
from .site import Call
from .store import Row
from .uploading import Upload, prepare_uploads, store_uploads
from .values import MISSING, Invalid, as_flag


def package_show(call: Call) -> Row:
    reference = call.arguments.get("id") or call.need("name_or_id")
    plugin_data = as_flag(call.arguments.get("include_plugin_data", False)) and call.is_sysadmin
    package = call.store.by_reference("package", reference)
    if package is None:
        raise NotFoundFailure("")
    check_read_package(call, package)
    as_flag(call.arguments.get("use_default_schema", False))
    return show_package(call, package, plugin_data=plugin_data)


def show_package(call: Call, package: Row, *, plugin_data: bool = False) -> Row:
    """Return a dataset as package_show does: the index's copy if that is current (E1). Not to be changed."""
    document = call.site.index.get(package["id"])
    if document is not None and not plugin_data:
        copy: Row = document["validated_data_dict"]
        if copy["metadata_modified"] == package["metadata_modified"] and _has_milliseconds(package):
            return copy
    return package_record(call.site, package, plugin_data=plugin_data)


def _has_milliseconds(package: Row) -> bool:
    """Tell whether Solr writes a fraction, too; where it writes none CKAN takes its copy for another (get.py:1033)."""
    fraction = package["metadata_modified"].partition(".")[2]
    return bool(fraction) and fraction[:3] != "000"


def editable(record: Row) -> Row:
    """Return a copy to change."""
    copied: Row = json.loads(record.text if isinstance(record, Shown) else json.dumps(record))
    return copied


def show_by_reference(call: Call, reference: Any) -> tuple[Row, Row]:
    """Return a dataset's row and what package_show gives of it; 409, 404 and 403 as there."""
    if not reference:
        raise ValidationFailure({"name_or_id": [MISSING]})
    package = call.store.by_reference("package", reference)
    if package is None:
        raise NotFoundFailure("")
    check_read_package(call, package)
    return package, show_package(call, package)


def package_list(call: Call) -> list[str]:
    limit, offset = page_of(call)
    statement = "SELECT name FROM package WHERE state = 'active' AND NOT private ORDER BY name LIMIT ? OFFSET ?"
    return [row["name"] for row in call.store.rows(statement, limit or -1, offset or 0)]


def page_of(call: Call) -> tuple[int | None, int | None]:
    """Return limit and offset; ValidationFailure for what is no natural number."""
    page: dict[str, int | None] = {}
    errors: dict[str, list[str]] = {}
    for name in ("limit", "offset"):
        value = call.arguments.get(name)
        try:
            page[name] = None if value is None else values.as_natural(value)
        except Invalid as invalid:
            errors[name] = [str(invalid)]
    if errors:
        raise ValidationFailure(errors)
    return page["limit"], page["offset"]


def package_create(call: Call) -> Row:
    call.arguments.setdefault("type", "dataset")
    if call.arguments["type"] and isinstance(call.arguments["type"], list | dict):
        raise values.internal_failure()  # CKAN looks for the plugin of this type
    check_create_package(call)
    clean = valid_package(call, call.arguments, None)
    saved = save_package(call, clean, None)
    package = _row_as_sent(call, saved.id, clean)
    return _with_plugin_data(call, clean, package, index_package(call.site, package, extras_as_sent=True))


def _row_as_sent(call: Call, id: str, clean: Mapping[str, Any]) -> Row:
    """Return a dataset's row as the write that ends here has it: a state that is no text is shown as it was sent."""
    row = call.store.row("SELECT * FROM package WHERE id = ?", id) or {}
    return {**row, "state": values.as_shown_once(clean.get("state", row["state"]))}


def _with_plugin_data(call: Call, clean: Mapping[str, Any], package: Row, shown: Row) -> Row:
    """Return how a dataset is shown to who wrote its plugin_data; CKAN 2.12 never shows that to writers."""
    if clean.get("plugin_data") and not call.behaviour.no_op_is_no_write:
        return package_record(call.site, package, plugin_data=True)
    return shown


def package_update(call: Call) -> Row:
    arguments = call.arguments
    reference = arguments.get("id") or arguments.get("name")
    if reference is None:
        raise ValidationFailure({"id": MISSING})
    package = call.store.by_reference("package", reference)
    if package is None:
        raise NotFoundFailure("Package was not found.")
    updated, changed = update_package(call, package, arguments)
    if changed:
        call.changed_packages.add(package["id"])
    return updated


def update_package(
    call: Call, package: Row, arguments: dict[str, Any], original: Row | None = None
) -> tuple[Row, bool]:
    """Replace a dataset; returns how it is shown, and whether CKAN 2.12 would report it as changed.

    `original`: what the caller read before it made `arguments` of it; otherwise what is there now (CKAN 2.12 compares).
    """
    arguments["id"] = package["id"]
    arguments["type"] = package["type"]
    check_update_package(call, package, arguments, knows_package=True)
    untouched: dict[int, int] = {}
    if call.behaviour.no_op_is_no_write:
        original = show_package(call, package) if original is None else original
        if _is_equal(original, arguments):
            return original, False
        _list_resources(arguments)
        untouched = _untouched(original, arguments)
    uploads = prepare_uploads(arguments, untouched)
    try:
        clean = valid_package(call, _validated_part(arguments, untouched), package)
    except ValidationFailure as failure:
        raise _with_shifted_errors(failure, untouched) from None
    if untouched:
        clean["resources"] = _with_places(clean.get("resources", []), arguments["resources"], untouched)
    if not call.behaviour.no_op_is_no_write:
        clean.pop("metadata_modified", None)
    saved = save_package(call, clean, package, untouched)
    if saved.changed and call.behaviour.no_op_is_no_write:
        _refuse_lost_resources(call, package["id"], len(uploads), len(untouched))
    shown = _finish(call, package, clean, uploads, changed=saved.changed)
    if call.behaviour.no_op_is_no_write and original is not None and not saved.changed:
        return original, True
    return shown, True


def _refuse_lost_resources(call: Call, package_id: str, sent: int, untouched: int) -> None:
    """Break as CKAN 2.12 does that pairs what was sent with what is there: a resource of nothing at all is dropped."""
    there = call.store.value("SELECT count(*) FROM resource WHERE package_id = ? AND state = 'active'", package_id)
    if sent and there - untouched > sent:
        raise values.internal_failure()


def _finish(call: Call, package: Row, clean: Mapping[str, Any], uploads: list[Upload | None], *, changed: bool) -> Row:
    store = call.store
    if not clean.get("metadata_modified") and (changed or not call.behaviour.no_op_is_no_write):
        store.update("package", package["id"], {"metadata_modified": store.now()})
    store_uploads(call, package["id"], uploads)
    row = _row_as_sent(call, package["id"], clean)
    if changed or call.behaviour.no_op_is_no_write:
        sent = changed and row["extras"] != package["extras"]
        shown = index_package(call.site, row, extras_as_sent=sent)
    else:
        shown = show_package(call, row)
    return _with_plugin_data(call, clean, row, shown)


def _is_equal(original: Row, arguments: Mapping[str, Any]) -> bool:
    """Tell whether CKAN 2.12 sees at a glance that nothing is to be done."""
    if arguments.get("metadata_modified"):
        same = original == arguments
    else:
        blank = {"metadata_modified": None, "resources": None}
        same = {**original, **blank} == {**arguments, **blank}
    return bool(same and original.get("resources") == arguments.get("resources"))


def _list_resources(arguments: dict[str, Any]) -> None:
    """Make of what is sent as resources the list that CKAN 2.12 makes by going through it: of a blank, an empty one."""
    if arguments.get("resources") in ("", {}):
        arguments["resources"] = []


def _untouched(original: Row, arguments: Mapping[str, Any]) -> dict[int, int]:
    """Return which resources of the arguments are as they were: their places, and the positions that they had."""
    resources = arguments.get("resources")
    if not isinstance(resources, list):
        return {}
    if any(isinstance(resource, dict) and isinstance(resource.get("id"), list | dict) for resource in resources):
        raise values.internal_failure()  # CKAN looks for it among the ids
    before = {resource["id"]: resource for resource in original["resources"]}
    return {
        place: resource["position"]
        for place, resource in enumerate(resources)
        if isinstance(resource, dict) and resource.get("id") in before and resource == before[resource["id"]]
    }


def _validated_part(arguments: dict[str, Any], untouched: Mapping[int, int]) -> dict[str, Any]:
    if not untouched:
        return arguments
    rest = [resource for place, resource in enumerate(arguments["resources"]) if place not in untouched]
    return {**arguments, "resources": rest}


def _with_shifted_errors(failure: ValidationFailure, untouched: Mapping[int, int]) -> ValidationFailure:
    """Return errors of resources at the places that these had among all."""
    detail: Any = failure.detail
    if not untouched or "resources" not in detail:
        return failure
    shifted: list[Any] = []
    for error in detail["resources"]:
        while len(shifted) in untouched:
            shifted.append({})
        shifted.append(error)
    return ValidationFailure({**detail, "resources": shifted})


def _with_places(clean: list[dict[str, Any]], sent: list[Any], untouched: Mapping[int, int]) -> list[dict[str, Any]]:
    rest = iter(clean)
    return [{} if place in untouched else next(rest) for place in range(len(sent))]


def package_patch(call: Call) -> Row:
    require_login(call, "package_patch")
    if not call.is_sysadmin:
        package = package_named(call)
        check_update_package(call, package, call.arguments, knows_package=not call.behaviour.revise_checks_groups)
    package, shown = show_by_reference(call, call.need("id"))
    patched = editable(shown)
    if call.behaviour.no_op_is_no_write:
        patched.pop("metadata_modified", None)
    patched.update(call.arguments)
    return update_package(call, package, patched, shown)[0]


def package_delete(call: Call) -> None:
    """Delete by id: memberships go, too; by name they stay (C17)."""
    reference = call.need("id")
    package = call.store.by_reference("package", reference)
    if package is None:
        raise NotFoundFailure("")
    require_login(call, "package_delete")
    check_update_package(call, package, call.arguments, knows_package=not call.behaviour.revise_checks_groups)
    call.store.update("package", package["id"], {"state": "deleted"})
    call.store.run("UPDATE member SET state = 'deleted' WHERE table_id = ? AND state = 'active'", reference)
    call.site.index.remove(package["id"])


def dataset_purge(call: Call) -> None:
    reference = call.need("id")
    package = call.store.by_reference("package", reference)
    if package is None:
        raise NotFoundFailure("Dataset was not found")
    require_sysadmin(call, "dataset_purge")
    store = call.store
    parts = (f"SELECT 1 FROM {table} WHERE package_id = ?" for table in ("resource", "package_tag"))  # noqa: S608 - ours
    has_parts = package["extras"] != "[]" or any(store.value(part, package["id"]) for part in parts)
    store.run("DELETE FROM member WHERE table_id = ? AND table_name = 'package'", package["id"])
    store.run("DELETE FROM package_tag WHERE package_id = ?", package["id"])
    store.run("DELETE FROM resource WHERE package_id = ?", package["id"])
    store.run("DELETE FROM package WHERE id = ?", package["id"])
    if call.behaviour.commit_indexes:
        call.site.index.remove(package["id"])
        namesake = store.by_reference("package", package["id"])
        if has_parts and namesake:  # what is found when the dataset of the tags that went with it is looked for
            reindex(call, namesake["id"])
    else:
        call.site.index.remove(reference)


def package_resource_reorder(call: Call) -> Row:
    reference = call.need("id")
    order = call.need("order")
    if not isinstance(order, list):
        raise ValidationFailure({"order": "Must be a list of resource"})
    if any(isinstance(each, list | dict) for each in order):
        raise values.internal_failure()
    if len(set(order)) != len(order):
        raise ValidationFailure({"order": "Must supply unique resource_ids"})
    package, shown = show_by_reference(call, reference)
    record = editable(shown)
    if call.behaviour.no_op_is_no_write:
        record.pop("metadata_modified", None)
    rest = {resource["id"]: resource for resource in record["resources"]}
    absent = [id_ for id_ in order if id_ not in rest]
    if absent:
        raise ValidationFailure({"order": f"resource_id {absent[0]} can not be found"})
    first = [rest.pop(id_) for id_ in order]
    record["resources"] = [*first, *rest.values()]
    require_login(call, "package_resource_reorder")
    update_package(call, package, record, shown)
    return {"id": reference, "order": [resource["id"] for resource in record["resources"]]}


def package_owner_org_update(call: Call) -> None:
    require_sysadmin(call, "package_owner_org_update")
    package = call.store.by_reference("package", call.arguments.get("id", ""))
    if package is None:
        raise NotFoundFailure("Package was not found.")
    owner = None
    if call.arguments.get("organization_id"):
        organization = call.store.by_reference("groups", call.arguments["organization_id"])
        if organization is None or not organization["is_organization"]:
            raise NotFoundFailure("Organization was not found.")
        owner = organization["id"]
    changed = package["owner_org"] != owner
    call.store.update("package", package["id"], {"owner_org": owner})
    changed |= set_owner_row(call, package["id"], owner)
    if changed and not call.behaviour.no_op_is_no_write:
        reindex(call, package["id"])


def reindex(call: Call, package_id: str) -> None:
    row = call.store.row("SELECT * FROM package WHERE id = ?", package_id)
    if row is not None:
        index_package(call.site, row)


def bulk_update_private(call: Call) -> None:
    _bulk_update(call, {"private": True})


def bulk_update_public(call: Call) -> None:
    _bulk_update(call, {"private": False})


def bulk_update_delete(call: Call) -> None:
    _bulk_update(call, {"state": "deleted"})


def _bulk_update(call: Call, changes: dict[str, Any]) -> None:
    """Change many datasets of one organization, both named by id; others are passed over in silence (G3)."""
    organization = call.arguments.get("org_id")
    if not call.is_sysadmin and not has_permission(call, organization, "update"):
        raise NotAuthorizedFailure("")
    if organization in ([], [None]):
        organization = None  # an empty array to PostgreSQL, which is no organization's id
    if not isinstance(organization, str | None):
        raise values.internal_failure()
    if "datasets" not in call.arguments and call.behaviour.bulk_needs_datasets:
        raise values.internal_failure()
    datasets = call.arguments.get("datasets", [])
    if isinstance(datasets, dict):
        datasets = list(datasets)
    if not isinstance(datasets, list):
        raise values.internal_failure()
    if any(call.store.by_reference("package", dataset) is None for dataset in datasets):
        # The activity plugin looks for each dataset, after the commit.
        late = NotFoundFailure("package") if call.behaviour.bulk_update_ends_in_404 else values.internal_failure()
        call.late_failure = late
    for dataset in datasets:
        package = call.store.row("SELECT * FROM package WHERE id = ? AND owner_org = ?", dataset, organization)
        if package is None:
            continue
        if call.behaviour.bulk_update_patches:
            package_patch(call.with_arguments({**changes, "id": dataset}))
            continue
        stored = {name: int(value) if isinstance(value, bool) else value for name, value in changes.items()}
        call.store.update("package", dataset, stored)
    if not call.behaviour.bulk_update_patches:
        for dataset in datasets:
            change_indexed(call.site, dataset, organization, changes)
