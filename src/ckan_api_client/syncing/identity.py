"""Who a record is in the catalog: its marker, and the ids and names derived from it. Nothing here is ever random.

The marker is the extra `_harvest_source`, `<source>:<record id>`, as the 2014 client wrote it.
"""

from __future__ import annotations

import base64
import hashlib
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckan_api_client.quirks.names import slug
from ckan_api_client.syncing.fitting import MARKER_KEY

_SOURCE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NAMESPACE = uuid.UUID("7b1dd1c2-6a3c-5d0f-9a55-c1cd0a0f6f0e")
_LONGEST_SLUG = 88


def check_source_name(name: str) -> str:
    """Return the name of a source. Raises ValueError where it could not be told from a record's id in a marker."""
    if not _SOURCE_NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name of a source: use lower case letters, digits, - and _, and begin with no sign"
        )
    return name


def read_marker(dataset: Mapping[str, Any]) -> str | None:
    """Return the marker of a dataset, or None. Sites with ckanext-scheming show an extra as a key of its own (C7)."""
    for extra in dataset.get("extras") or []:
        if extra.get("key") == MARKER_KEY:
            return str(extra.get("value"))
    own = dataset.get(MARKER_KEY)
    return own if isinstance(own, str) else None


@dataclass(frozen=True, slots=True)
class Identity:
    """One record of one source. `record_id` counts to the byte: case, spaces and Unicode forms make a difference."""

    source: str
    record_id: str

    @property
    def marker(self) -> str:
        return f"{self.source}:{self.record_id}"

    @property
    def key(self) -> bytes:
        """32 bytes that stand for this record wherever its id has no place."""
        return hashlib.sha256(f"v1\0{self.source}\0{self.record_id}".encode("utf-8", "surrogatepass")).digest()

    @property
    def dataset_id(self) -> str:
        """The id under which a sysadmin's token creates the dataset: a second create of it is refused (quirk D5)."""
        return str(uuid.uuid5(_NAMESPACE, self.key.hex()))

    def resource_id(self, resource_key: str) -> str:
        """The id of one of its resources, by whatever the source knows it by."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.key.hex()}\0{resource_key}"))

    def names(self, preferred: str | None, title: str | None) -> Iterator[str]:
        """Yield the names to try: the source's own if it is legal, then ones that no other record can have."""
        if preferred:
            yield preferred
        stem = preferred or slug(title or "") or self.source
        suffix = base64.b32encode(self.key).decode().lower()
        for length in (10, 16, 26):
            yield f"{stem[: _LONGEST_SLUG - length + 10].strip('-_')}-{suffix[:length]}"

    @classmethod
    def of_marker(cls, marker: str) -> Identity | None:
        """Return whose marker this is, or None. Only the first colon divides: URLs are ids, too."""
        source, colon, record_id = marker.partition(":")
        return cls(source, record_id) if colon else None


def second_id(derived: str) -> str:
    """Return an id for a resource whose derived id another one bears, of this dataset or another; always the same."""
    return str(uuid.uuid5(uuid.UUID(derived), "second"))


def is_derived_id(identifier: Any) -> bool:
    """Tell whether an id was derived as here (UUIDs of version 5) rather than drawn by CKAN (version 4)."""
    return (
        isinstance(identifier, str) and re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f-]{21}", identifier) is not None
    )
