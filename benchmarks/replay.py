"""A server that answers what a client reads of a catalog, from bytes that were made before: as fast as the wire is.

    python benchmarks/replay.py FOLDER [--delay MILLISECONDS]

FOLDER holds `datasets.jsonl`, whole datasets in the order of their ids. It knows the actions that a sync, a dump and
`ckanapi load` of an unchanged catalog call; what is written to it is answered and forgotten. Prints its URL, then
serves until its standard input ends. `/count` answers how many calls there were since the last time, by action; after
`/bare` it shows none of the datasets, until `/full`.
"""

from __future__ import annotations

import argparse
import bisect
import json
import re
import socketserver
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

_MOST = 1000
_REVISED = "2026-02-02T00:00:00.123456"
_NAMED = re.compile(r"\+name:\(([^)]*)\)")
_AFTER = re.compile(r'\+id:\{"([^"]*)" TO')


class Catalog:
    """Datasets by id and name, each as the bytes that stand for it."""

    def __init__(self, folder: Path) -> None:
        self.whole: list[bytes] = []
        self.slim: list[bytes] = []
        self.ids: list[str] = []
        self.names: dict[str, int] = {}
        self.organizations: set[str] = set()
        with (folder / "datasets.jsonl").open("rb") as lines:
            for place, line in enumerate(lines):
                dataset = json.loads(line)
                self.ids.append(dataset["id"])
                self.names[dataset["name"]] = self.names[dataset["id"]] = place
                self.organizations.add(dataset["organization"]["name"])
                markers = [extra["value"] for extra in dataset["extras"] if extra["key"] == "_harvest_source"]
                self.whole.append(line.strip())
                slim = {key: dataset[key] for key in ("id", "name", "metadata_modified")}
                self.slim.append(json.dumps({**slim, "_harvest_source": markers[0]}).encode())
        self.calls: Counter[str] = Counter()
        self.is_bare = False

    def answer(self, action: str, body: dict[str, Any]) -> bytes | None:
        """Return the result of an action as JSON; None where there is nothing."""
        self.calls[action] += 1
        if action == "package_search":
            return self._search(body)
        if action in {"package_show", "package_create", "package_update", "package_patch"}:
            place = self.names.get(body.get("id") or body.get("name") or "")
            is_hidden = self.is_bare and action == "package_show"
            return None if place is None or is_hidden else self.whole[place]
        if action == "package_revise":
            dataset = json.loads(self.whole[self.names[body["match"]["id"]]])
            return json.dumps({"package": {**dataset, **body["update"], "metadata_modified": _REVISED}}).encode()
        if action in {"package_delete", "bulk_update_delete"}:
            return b"null"
        if action == "package_list":
            return json.dumps(sorted(name for name, place in self.names.items() if self.ids[place] != name)).encode()
        if action in {"organization_list", "group_list"}:
            known = sorted(self.organizations) if action == "organization_list" and not body.get("offset") else []
            return json.dumps(known).encode()
        fixed = {
            "organization_show": {"id": "b1f1e8f4-0000-4000-8000-000000000000"},
            "user_show": {"name": "admin", "id": "admin", "sysadmin": True},
            "status_show": {"ckan_version": "2.11.6", "extensions": ["datastore"]},
            "member_list": [] if self.is_bare else [[dataset_id, "package", "public"] for dataset_id in self.ids],
        }
        return json.dumps(fixed[action]).encode() if action in fixed else None

    def _search(self, body: dict[str, Any]) -> bytes:
        if self.is_bare or body.get("q", "*:*") not in {"*:*", ""}:
            return b'{"count": 0, "results": []}'
        filters = " ".join([body.get("fq") or "", *(body.get("fq_list") or [])])
        named = _NAMED.search(filters)
        if named:
            names = [name for name in named.group(1).replace('"', "").split(" OR ") if name in self.names]
            return b'{"count": %d, "results": [%s]}' % (
                len(names),
                b", ".join(self.whole[self.names[n]] for n in names),
            )
        found = _AFTER.search(filters)
        start = bisect.bisect_right(self.ids, found.group(1)) if found else int(body.get("start") or 0)
        rows = min(int(body.get("rows", 10)), _MOST)
        items = (self.slim if body.get("fl") else self.whole)[start : start + rows]
        count = len(self.ids) - (start if found else 0)
        return b'{"count": %d, "sort": "id asc", "results": [%s]}' % (count, b", ".join(items))


class _Handler(socketserver.StreamRequestHandler):
    catalog: Catalog
    delay = 0.0

    def handle(self) -> None:
        while line := self.rfile.readline():
            _, target, _ = line.decode("latin-1").split(" ", 2)
            headers: dict[str, str] = {}
            while (header := self.rfile.readline()).strip():
                name, _, value = header.decode("latin-1").partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            self._reply(target, body)
            if headers.get("connection", "").lower() == "close":
                return

    def _reply(self, target: str, body: bytes) -> None:
        action = target.partition("?")[0].rpartition("/")[2]
        if action == "count":
            counted, self.catalog.calls = self.catalog.calls, Counter()
            result: bytes | None = json.dumps(counted).encode()
        elif action in {"bare", "full"}:
            self.catalog.is_bare, result = action == "bare", b"null"
        else:
            if self.delay:
                time.sleep(self.delay)
            result = self.catalog.answer(action, json.loads(body or b"{}"))
        if result is None:
            status, text = (
                b"404 Not Found",
                b'{"success": false, "error": {"__type": "Not Found Error", "message": ""}}',
            )
        else:
            status, text = b"200 OK", b'{"success": true, "result": %s}' % result
        head = b"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % (status, len(text))
        self.wfile.write(head + text)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--delay", type=float, default=0.0, help="Milliseconds that each answer takes.")
    arguments = parser.parse_args()
    _Handler.catalog, _Handler.delay = Catalog(arguments.folder), arguments.delay / 1000
    with _Server(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        print(
            json.dumps({"url": f"http://127.0.0.1:{server.server_address[1]}", "sysadmin_token": "replay"}), flush=True
        )
        sys.stdin.read()
        server.shutdown()


if __name__ == "__main__":
    main()
