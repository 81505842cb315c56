"""The files that come after a loaded record: those of its resources, and the logo of a group or organization.

They are fetched from where the record says that they are, by a function that is given, to a temporary file, and sent
from there: none is ever whole in memory.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from ckan_api_client.bulk.kinds import NOUNS
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow, Upload

#: Writes what is at a URL into a file.
Fetch = Callable[[str, BinaryIO], None]

#: What CKAN puts before the name of a logo (ckan/lib/uploader.py, Upload.update_data_dict).
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d-\d{6}\.\d+-?")


@dataclass(frozen=True, slots=True)
class Uploading:
    """Sends files after records of a kind are written."""

    kind: str
    fetch: Fetch

    def resources(self, record: Mapping[str, Any], made: Mapping[str, Any]) -> Flow[None]:
        """Send the file of each resource of a dataset that is an upload in the record."""
        written = made.get("resources") or []
        for place, resource in enumerate(record.get("resources") or []):
            if not isinstance(resource, dict) or resource.get("url_type") != "upload":
                continue
            identifier = resource.get("id") or written[place]["id"]
            url = str(resource.get("url"))
            with self._fetched(url, _name_in(url)) as file:
                # The same file sent twice to the same resource is the same file.
                yield from call("resource_patch", {"id": identifier, "upload": file}, repeatable=True)

    def logo(self, record: Mapping[str, Any], made: Mapping[str, Any]) -> Flow[None]:
        """Send the logo of a group or organization, if it is one that was uploaded; others are in `image_url`."""
        image, shown = str(record.get("image_url") or ""), record.get("image_display_url")
        if not shown or not image or urlsplit(image).netloc:
            return
        with self._fetched(str(shown), _MOMENT.sub("", _name_in(image)) or "logo") as file:
            # A patch keeps members and extras, which an update with a form would lose (quirk F6a).
            yield from call(f"{NOUNS[self.kind]}_patch", {"id": made["id"], "image_upload": file}, repeatable=True)

    @contextmanager
    def _fetched(self, url: str, name: str) -> Iterator[Upload]:
        with tempfile.TemporaryDirectory(prefix="ckanclient-") as folder:
            path = Path(folder) / "file"
            with path.open("wb") as file:
                self.fetch(url, file)
            named = Upload.of(Path(name))
            yield Upload(path, named.filename, named.content_type)


def _name_in(url: str) -> str:
    return unquote(urlsplit(url).path.rpartition("/")[2]) or "upload"
