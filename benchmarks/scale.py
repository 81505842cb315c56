"""Plans for large sources: how long they take, and how much memory, without a CKAN that would be slower than both.

    .venv/bin/python benchmarks/scale.py [--records 100000] [--changed 0.01]

A file of synthetic JSON lines (about 9 kB each) is planned against a catalog that holds all of them, whose pages are
answered from a file by a transport, and a state that remembers all of them; so the time is the client's own. Of the
records, a part has changed, a tenth of that is new, and a twentieth is gone. Each plan is made in a process of its own,
whose peak memory is the kernel's figure. Beside it, the floor: reading and hashing the same lines in a bare loop.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ckan_api_client.sources import JsonlSource, Reading
from ckan_api_client.syncing import SynchronizationClient
from ckan_api_client.syncing.base import Base
from ckan_api_client.syncing.identity import Identity
from ckan_api_client.syncing.state import State
from ckan_api_client.syncing.wanted import read_source
from ckan_api_client.wire.messages import Request, Response

SOURCE, URL = "large", "http://catalog.example"
MODIFIED = "2026-01-01T00:00:00.123456"
PAGE = 1000


def record(number: int, words: random.Random) -> dict[str, Any]:
    """One synthetic record of about 9 kB."""
    text = " ".join(f"{words.getrandbits(32):08x}" for _ in range(880))
    return {
        "id": f"record-{number:07}",
        "name": f"record-{number:07}",
        "title": f"Record {number}",
        "notes": text,
        "owner_org": "org",
        "tags": [{"name": f"tag-{number % 97}"}],
        "extras": [{"key": f"key-{index}", "value": f"{words.getrandbits(64):016x}"} for index in range(10)],
        "resources": [
            {"url": f"https://files.example/{number}/{index}.csv", "format": "CSV", "name": f"File {index}"}
            for index in range(3)
        ],
    }


def make(folder: Path, records: int, changed: float) -> None:
    """Write the source, the state and the slim pages of a catalog that agrees with all but what changed."""
    words = random.Random(1)  # noqa: S311 - nothing is secret here
    slim = []
    state = State.open(folder / "state.sqlite", catalog=URL, source=SOURCE)
    old = folder / "old.jsonl"
    with old.open("w") as lines, (folder / "source.jsonl").open("w") as source:
        for number in range(records):
            one = record(number, words)
            lines.write(json.dumps(one) + "\n")
            if number % 2000 == 1:
                continue  # It has left the source.
            if words.random() < changed:
                one["title"] += ", revised"
            source.write(json.dumps(one) + "\n")
        for number in range(int(records * changed / 10)):
            source.write(json.dumps(record(records + number, words)) + "\n")
    read_source(SOURCE, Reading(JsonlSource(old).read()), state.spool)
    with state.batch():
        for record_id in list(state.spool.record_ids()):
            _, data = state.spool.get(record_id) or ("", {})
            identity = Identity(SOURCE, record_id)
            shown = {
                **data,
                "id": identity.dataset_id,
                "state": "active",
                "metadata_modified": MODIFIED,
                "extras": [*data["extras"], {"key": "_harvest_source", "value": identity.marker}],
            }
            state.put_base(Base.of(record_id, data, shown))
            slim.append((identity.dataset_id, data["name"], identity.marker))
    state.close()
    old.unlink()
    slim.sort()
    (folder / "slim.json").write_text(json.dumps(slim))


class Replay:
    """A transport that answers what a survey asks, from a list of what is in the catalog."""

    def __init__(self, path: Path) -> None:
        self._slim = [tuple(one) for one in json.loads(path.read_text())]
        self._ids = [one[0] for one in self._slim]
        self.requests = 0

    def send(self, request: Request) -> Response:
        self.requests += 1
        action, body = request.path.rpartition("/")[2], json.loads(request.body or b"{}")
        result = getattr(self, action)(body)
        return Response(
            200, {"content-type": "application/json"}, json.dumps({"success": True, "result": result}).encode()
        )

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def user_show(self, _: Any) -> Any:
        return {"name": "admin", "sysadmin": True}

    def status_show(self, _: Any) -> Any:
        return {"ckan_version": "2.11.6", "extensions": []}

    def organization_list(self, body: Any) -> Any:
        return [] if body["offset"] else ["org"]

    def group_list(self, _: Any) -> Any:
        return []

    def package_search(self, body: Any) -> Any:
        if body["q"] != "*:*":
            return {"count": 0, "results": []}
        after = body.get("fq", "").partition('+id:{"')[2].partition('"')[0]
        start = next((place for place, one in enumerate(self._ids) if one > after), len(self._ids)) if after else 0
        page = self._slim[start : start + min(body["rows"], PAGE)]
        results = [
            {"id": dataset_id, "name": name, "metadata_modified": "2026-01-01T00:00:00.123Z", "_harvest_source": marker}
            for dataset_id, name, marker in page
        ]
        return {"count": len(self._slim) - start, "results": results}


def plan(folder: Path) -> dict[str, Any]:
    """Make the plan, and say what it took."""
    transport = Replay(folder / "slim.json")
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.monotonic()
    with SynchronizationClient(URL, "token", transport=transport, state=folder / "state.sqlite") as client:
        made = client.plan(SOURCE, folder / "source.jsonl")
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {
        "seconds": round(time.monotonic() - started, 2),
        "cpu_seconds": round(used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime, 2),
        "peak_mib": round(used.ru_maxrss / 1024),
        "requests": transport.requests,
        "creates": len(made.creates),
        "updates": len(made.updates),
        "deletes": len(made.deletes),
        "unchanged": made.unchanged,
    }


def floor(folder: Path) -> dict[str, Any]:
    """Read and hash the lines of the source, and nothing else."""
    started = time.monotonic()
    lines = 0
    for line in _lines(folder / "source.jsonl"):
        hashlib.sha256(json.dumps(json.loads(line), sort_keys=True).encode()).digest()
        lines += 1
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": round(time.monotonic() - started, 2), "peak_mib": round(peak), "lines": lines}


def _lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as lines:
        yield from lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--changed", type=float, default=0.01)
    parser.add_argument("--step", choices=["make", "plan", "floor"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step == "make":
        make(given.folder, given.records, given.changed)
    elif given.step:
        sys.stdout.write(json.dumps((plan if given.step == "plan" else floor)(given.folder)))
    else:
        with tempfile.TemporaryDirectory() as folder:
            options = ["--folder", folder, "--records", str(given.records), "--changed", str(given.changed)]
            for step in ("make", "floor", "plan"):
                print(f"{step} ...", file=sys.stderr, flush=True)
                command = [sys.executable, __file__, "--step", step, *options]
                done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
                if done.stdout:
                    print(step, done.stdout)
            size = (Path(folder) / "source.jsonl").stat().st_size
            print(f"{given.records} records, {size / given.records / 1000:.1f} kB each")


if __name__ == "__main__":
    main()
