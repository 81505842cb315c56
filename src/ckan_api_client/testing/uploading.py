"""Files of resources: taken from requests, kept in a directory, served again (H1)."""

import mimetypes
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple
from urllib.parse import urlparse

from .errors import InternalFailure, ValidationFailure
from .munging import munged_filename
from .site import MAX_UPLOAD, Call, Site, UploadedFile


class Upload(NamedTuple):
    """A file to be kept for the resource at this place."""

    place: int
    file: BinaryIO
    size: int


def prepare_uploads(arguments: dict[str, Any], untouched: Mapping[int, int]) -> list[Upload | None]:
    """Take the files out of a dataset's resources, and write into these what the server knows of them."""
    uploads: list[Upload | None] = []
    resources = arguments.get("resources", [])
    if resources in ("", {}):
        return uploads  # nothing to go through; it is refused later
    if not isinstance(resources, list) or not all(isinstance(resource, dict) for resource in resources):
        raise InternalFailure("Internal Server Error")
    for place, resource in enumerate(resources):
        if place not in untouched:
            upload = take_upload(resource, place)
            uploads.append(upload)
            if upload and "url_type" in resource:
                resource["size"] = upload.size
    return uploads


def take_upload(resource: dict[str, Any], place: int = -1) -> Upload | None:
    """Take the file out of one resource; its MIME type is guessed from its address if none is given."""
    sent = resource.pop("upload", None)
    clear = resource.pop("clear_upload", None)
    url = resource.get("url")
    guessed = None
    if isinstance(url, str) and url and urlparse(url).path:
        guessed = mimetypes.guess_type(url)[0]
    upload = None
    if isinstance(sent, UploadedFile):
        name = munged_filename(sent.name)
        resource["url"] = name
        resource["url_type"] = "upload"
        resource["last_modified"] = datetime.now(UTC).replace(tzinfo=None).isoformat()
        size = sent.file.seek(0, 2)
        sent.file.seek(0)
        guessed = guessed or mimetypes.guess_type(name)[0]
        upload = Upload(place, sent.file, size)
    elif clear:
        resource["url_type"] = ""
    if "mimetype" not in resource:
        resource["mimetype"] = guessed
    return upload


def store_uploads(call: Call, package_id: str, uploads: list[Upload | None]) -> None:
    if not any(uploads):
        return
    ids = [
        row["id"]
        for row in call.store.rows(
            "SELECT id FROM resource WHERE package_id = ? AND state = 'active' ORDER BY position", package_id
        )
    ]
    for upload in uploads:
        if upload is not None:
            store_upload(call.site, ids[upload.place], upload)


def store_upload(site: Site, resource_id: str, upload: Upload) -> None:
    if upload.size > MAX_UPLOAD:
        raise ValidationFailure({"upload": ["File upload too large"]})
    with path_of(site, resource_id).open("wb") as target:
        shutil.copyfileobj(upload.file, target)


def path_of(site: Site, resource_id: str) -> Path:
    """Return where the file of a resource is; ids that are no plain names have none."""
    if not resource_id or resource_id != Path(resource_id).name or resource_id in {".", ".."}:
        raise ValidationFailure({"upload": ["Invalid storage path"]})
    site.uploads.mkdir(parents=True, exist_ok=True)
    return site.uploads / resource_id
