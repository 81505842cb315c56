"""Every rule about resources, once, as flows. A resource is a part of its dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from ckan_api_client.exceptions import NotFound
from ckan_api_client.high_level.datasets import revise_until_done
from ckan_api_client.high_level.echo import report
from ckan_api_client.high_level.reading import show_visible
from ckan_api_client.low_level.flows import call_for_dict, show
from ckan_api_client.objects import CkanResource
from ckan_api_client.objects.merging import Merge, merge_changes
from ckan_api_client.quirks.equivalence import (
    SERVER_MADE_RESOURCE_KEYS,
    field_differences,
    resource_differences,
)
from ckan_api_client.quirks.forms import keeps
from ckan_api_client.quirks.references import bears, id_of
from ckan_api_client.quirks.resources import format_of, overlay_resources
from ckan_api_client.quirks.revising import REMOVED
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow, Upload

_Data = Mapping[str, Any]


def get_resource(reference: str, *, anonymous: bool) -> Flow[CkanResource]:
    """Return a resource by its id. Raises NotFound for what is absent, deleted or, without a token, hidden."""
    data = yield from _show(reference, anonymous=anonymous)
    return CkanResource(data)


def create_resource(
    resource: _Data | CkanResource, *, upload: Path | str | BinaryIO | None, strict: bool
) -> Flow[CkanResource]:
    """Return the resource added to the dataset in its `package_id`, with its file, which is streamed.

    In one call, in which CKAN finds out format and MIME type (quirk H1); in two where a form would change what the
    resource holds (quirk A12).
    """
    given = _data(resource)
    dataset = given.pop("package_id", None)
    if not isinstance(dataset, str) or not dataset:
        raise ValueError("create_resource: package_id must say which dataset the resource is to be added to")
    wanted = {key: value for key, value in given.items() if key not in SERVER_MADE_RESOURCE_KEYS}
    if upload is not None and not wanted.get("url"):
        # CKAN makes it (quirk H1).
        wanted.pop("url", None)
    arguments = {**wanted, "package_id": dataset}
    is_formable = keeps(wanted.values())
    file = Upload.of(upload) if upload is not None else None
    if file is not None and is_formable:
        arguments["upload"] = file
    elif file is not None and not wanted.get("format"):
        arguments["format"] = format_of(file.filename)
    made = yield from call_for_dict("resource_create", arguments)
    report(f"create_resource in {dataset!r}", resource_differences(wanted, made), strict=strict)
    if file is not None and not is_formable:
        made = yield from _upload(made["id"], file)
    return CkanResource(made)


def update_resource(
    resource: _Data | CkanResource, *, upload: Path | str | BinaryIO | None, strict: bool
) -> Flow[CkanResource]:
    """Return the resource after its changes, and nothing else, were written; then its new file, if any."""
    wanted = _data(resource)
    identifier = id_of(wanted)
    if identifier is None:
        raise ValueError("update_resource: the resource has no id; to add one, use create_resource")
    shown = yield from _show(identifier, anonymous=False)
    current = yield from show("dataset", str(shown["package_id"]))
    base = None
    if isinstance(resource, CkanResource) and resource.original.get("package_id"):
        base = resource.original

    def merge(now: _Data) -> Merge:
        present = now.get("resources") or []
        mine = next((item for item in present if item.get("id") == identifier), None)
        if mine is None:
            raise NotFound(404, f"resource {identifier!r} is no longer in its dataset {now.get('id')!r}")
        laid = overlay_resources([wanted], [mine])[0] if base is None else wanted
        merged = merge_changes(base or mine, laid, mine, kind="resource")
        values = {key: value for key, value in merged.values.items() if key not in SERVER_MADE_RESOURCE_KEYS}
        if not values or merged.clashes:
            return Merge({}, merged.clashes)
        written = [
            {key: value for key, value in {**item, **values}.items() if value is not REMOVED} if item is mine else item
            for item in present
        ]
        return Merge({"resources": written}, ())

    written, updated = yield from revise_until_done(current, merge)
    if isinstance(resource, CkanResource):
        resource.mark_saved()
    if written:
        report(f"update_resource {identifier!r}", field_differences(written, updated), strict=strict)
    if upload is not None:
        return CkanResource((yield from _upload(identifier, Upload.of(upload))))
    found = next(item for item in updated["resources"] if item["id"] == identifier)
    return CkanResource(found)


def delete_resource(reference: str) -> Flow[None]:
    """Remove a resource from its dataset; what is gone already is no error, a name instead of an id is."""
    try:
        data = yield from show("resource", reference)
    except NotFound:
        return
    if not bears(data, reference):
        raise NotFound(404, f"(logical) resource id mismatch: {reference!r} is the name of {data.get('id')!r}")
    try:
        yield from call("resource_delete", {"id": reference}, repeatable=True)
    except NotFound:
        # An earlier try, whose answer was lost, did it.
        return


def _upload(identifier: str, file: Upload) -> Flow[dict[str, Any]]:
    # The same file sent twice to the same resource is the same file.
    return (yield from call_for_dict("resource_patch", {"id": identifier, "upload": file}, repeatable=True))


def _show(reference: str, *, anonymous: bool) -> Flow[dict[str, Any]]:
    data = yield from show_visible("resource", reference, anonymous=anonymous)
    if not bears(data, reference):
        raise NotFound(404, "(logical) resource id mismatch")
    return data


def _data(resource: _Data | CkanResource) -> dict[str, Any]:
    return resource.serialize() if isinstance(resource, CkanResource) else dict(resource)
