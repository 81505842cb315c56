"""Mappings whose records are recognized by their texts, as lines of a file are: what a test does goes through that."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from ckan_api_client.sources import Broken, Known, MappingSource, Reading, Record, Same, ShortListing


class RecognizedMapping(MappingSource):
    """A mapping that can tell its datasets again."""

    @property
    def text_format(self) -> str:
        return "mapping"

    def read_unknown(self, known: Known) -> ShortListing:
        reading = Reading(self.read())
        for item in reading:
            yield _recognized(item, known)
        return reading.ending


def _recognized(item: Record | Broken, known: Known) -> Record | Broken | Same:
    if isinstance(item, Broken) or item.kind != "dataset":
        return item
    digest = hashlib.sha256(repr((item.key, item.data)).encode("utf-8", "surrogatepass")).digest()
    keys = known([digest])
    if digest in keys:
        return Same(keys[digest], item.file, item.line, digest)
    return replace(item, digest=digest)
