"""Floors: the least that has to be done, in a bare loop over one connection, without any care.

    python benchmarks/floors.py slim|whole|lines URL TOKEN [SOURCE]

`lines` reads and hashes the lines of a source; `slim` that, and the slim pages of the catalog; `whole` that, and its
whole pages.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import sys
from pathlib import Path
from urllib.parse import urlsplit

_FIELDS = ["id", "name", "metadata_modified", "extras__harvest_source"]


def main() -> None:
    kind, url, token, *source = sys.argv[1:]
    for path in source:
        with Path(path).open("rb") as lines:
            for line in lines:
                hashlib.sha256(line).digest()
    if kind != "lines":
        read_pages(url, token, whole=kind == "whole")


def read_pages(url: str, token: str, *, whole: bool) -> int:
    """Read all datasets of a catalog, and return how many there are."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80)
    after, found = "", 0
    while True:
        body = {"q": "*:*", "sort": "id asc", "rows": 1000, "facet": False, "include_private": True}
        if after:
            body["fq"] = f'+id:{{"{after}" TO *]'
        if not whole:
            body["fl"] = _FIELDS
        connection.request(
            "POST",
            "/api/3/action/package_search",
            json.dumps(body),
            {"Content-Type": "application/json", "Authorization": token},
        )
        items = json.loads(connection.getresponse().read())["result"]["results"]
        if not items:
            return found
        found += len(items)
        after = items[-1]["id"]


if __name__ == "__main__":
    main()
