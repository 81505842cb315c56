"""What makes the data of a record: as long as it is the same, the same text gives the same data."""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from ckan_api_client.syncing.options import Options

#: Where the code is that reads a text and makes data of it; a folder stands for all in it.
_CODE = (
    "quirks", "sources", "syncing/fitting", "syncing/base.py", "syncing/identity.py", "syncing/records.py",
    "syncing/rules.py", "syncing/wanted.py",
)  # fmt: skip


def making_of(source: str, text_format: str, options: Options) -> str:
    """Return a name for all that decides what data a text of a source becomes; "" where that cannot be known."""
    code = _digest_of_code()
    if not code:
        return ""
    parts = [
        code, source, text_format, options.default_organization, sorted(options.rules.ignore),
        sorted(options.rules.server_made_extras),
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@cache
def _digest_of_code() -> str:
    """Return a digest of the code itself: nobody has to remember to count a version up. It takes two milliseconds."""
    digest = hashlib.sha256(f"{sys.version}\n{unicodedata.unidata_version}".encode())
    root = files("ckan_api_client")
    try:
        for part in _CODE:
            found = sorted(_modules(root.joinpath(*part.split("/"))))
            if not found:
                return ""
            for name, code in found:
                digest.update(b"\0%s\0%d\0" % (name.encode(), len(code)) + code)
    except OSError:
        return ""
    return digest.hexdigest()


def _modules(place: Traversable) -> Iterator[tuple[str, bytes]]:
    if place.is_dir():
        for inner in place.iterdir():
            if inner.name != "registry":  # What is known of CKANs, for people to read.
                yield from _modules(inner)
    elif place.name.endswith(".py"):
        yield place.name, place.read_bytes()
