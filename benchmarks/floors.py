"""Floors: the least that has to be done, in a bare loop, without any care. Each is a program of its own.

    python benchmarks/floors.py nothing
    python benchmarks/floors.py slim|whole URL TOKEN SOURCE [ACTION BODIES AT_ONCE]
    python benchmarks/floors.py dump URL TOKEN FILE
    python benchmarks/floors.py write URL TOKEN ACTION BODIES AT_ONCE

`slim` reads and hashes the lines of a source, and reads the slim pages of the catalog, over one connection; `whole` its
whole pages; both then send prepared bodies, one a line, if any are given. `dump` writes whole pages to a file.
`nothing` is what all of them need before they begin: the start of Python, and their imports. http.client costs less CPU
a request than any other client that was tried.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_FIELDS = ["id", "name", "metadata_modified", "extras__harvest_source"]


def main() -> None:
    kind, *rest = sys.argv[1:]
    if kind == "nothing":
        return
    url, token, *more = rest
    if kind == "write":
        _write(url, token, *more)
    elif kind == "dump":
        with Path(more[0]).open("w") as file:
            for page in _pages(url, token, whole=True):
                file.writelines(f"{json.dumps(dataset)}\n" for dataset in page)
    else:
        with Path(more[0]).open("rb") as lines:
            for line in lines:
                hashlib.sha256(line).digest()
        for _ in _pages(url, token, whole=kind == "whole"):
            pass
        if more[1:]:
            _write(url, token, *more[1:])


def _pages(url: str, token: str, *, whole: bool) -> Iterator[list[dict[str, Any]]]:
    """Yield all datasets of a catalog, in pages."""
    connection = _connect(url)
    after = ""
    while True:
        body = {"q": "*:*", "sort": "id asc", "rows": 1000, "facet": False, "include_private": True}
        if after:
            body["fq"] = f'+id:{{"{after}" TO *]'
        if not whole:
            body["fl"] = _FIELDS
        result = json.loads(_post(connection, token, "package_search", json.dumps(body).encode()))["result"]
        yield result["results"]
        if result["count"] <= len(result["results"]):
            return
        after = result["results"][-1]["id"]


def _write(url: str, token: str, action: str, bodies: str, at_once: str) -> None:
    """Send the lines of a file, so many at once, each over a connection that stays; stop at the first refusal."""
    lines = iter(Path(bodies).read_bytes().splitlines())
    lock, failed = threading.Lock(), []

    def work() -> None:
        connection = _connect(url)
        while not failed:
            with lock:
                line = next(lines, None)
            if line is None:
                return
            try:
                json.loads(_post(connection, token, action, line))
            except (OSError, RuntimeError, ValueError, http.client.HTTPException) as error:
                failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(int(at_once))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise SystemExit(str(failed[0]))


def _connect(url: str) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    return http.client.HTTPConnection(parts.hostname or "", parts.port or 80)


def _post(connection: http.client.HTTPConnection, token: str, action: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json", "Authorization": token}
    connection.request("POST", f"/api/3/action/{action}", body, headers)
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= http.client.BAD_REQUEST:
        raise RuntimeError(f"{action} was answered with {answer.status}: {text[:300]!r}")
    return text


if __name__ == "__main__":
    main()
