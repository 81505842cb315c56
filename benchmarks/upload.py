"""Uploading a large file as a resource by `ckanclient create resource`: how much memory that takes, and how long.

    python benchmarks/upload.py [--megabytes 300] [--url URL --token TOKEN --organization NAME]

Uploads a file of 1 MB, then one of that size, to an embedded CKAN in a process of its own, its limit (10 MB, as CKAN's)
lifted; or to the CKAN at a URL, where `ckan.max_resource_size` must allow it. Prints for each the client's peak
resident memory, which should not depend on the size, and the seconds. What is stored is read again, and must have the
SHA-256 of what was sent.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

_MEGABYTE = 1_000_000
_SERVER = """\
import json, sys
from ckan_api_client.testing import EmbeddedCkan, uploading
uploading.MAX_UPLOAD = int(sys.argv[1])
with EmbeddedCkan() as ckan:
    print(json.dumps(ckan.describe()), flush=True)
    sys.stdin.read()
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=300)
    parser.add_argument("--url", help="A CKAN to upload to. Default: an embedded one.")
    parser.add_argument("--token")
    parser.add_argument("--organization", default="test-org")
    arguments = parser.parse_args()
    sizes = (1, arguments.megabytes)
    if arguments.url:
        _measure(arguments.url, arguments.token, arguments.organization, sizes)
        return
    command = [sys.executable, "-c", _SERVER, str(2 * arguments.megabytes * _MEGABYTE)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server:
        told = json.loads(server.stdout.readline())
        _measure(told["url"], told["sysadmin_token"], arguments.organization, sizes)
        peak = next(row for row in Path(f"/proc/{server.pid}/status").read_text().splitlines() if "VmHWM" in row)
        print(f"peak of the embedded server: {int(peak.split()[1]) // 1024} MiB")
        server.stdin.close()


def _measure(url: str, token: str, organization: str, sizes: tuple[int, ...]) -> None:
    environment = {**os.environ, "CKAN_URL": url, "CKAN_API_TOKEN": token}
    name = f"upload-{uuid.uuid4().hex[:8]}"
    client = [sys.executable, "-m", "ckan_api_client.cli"]
    subprocess.run(
        [*client, "create", "dataset", f"name={name}", f"owner_org={organization}"], env=environment, check=True
    )
    try:
        with tempfile.TemporaryDirectory() as folder:
            for size in sizes:
                file = Path(folder) / f"{size}.bin"
                digest = _write(file, size * _MEGABYTE)
                command = [
                    *client,
                    "create",
                    "resource",
                    f"package_id={name}",
                    f"name={size}",
                    f"upload@{file}",
                    "--json",
                ]
                _upload(command, environment, size, digest)
    finally:
        subprocess.run([*client, "purge", "dataset", name, "--yes"], env=environment, check=True)


def _upload(command: list[str], environment: dict[str, str], size: int, digest: str) -> None:
    started = time.monotonic()
    # This process is small: a child's peak is never less than what its parent had when it was started.
    child = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
    out = child.stdout.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.monotonic() - started
    if child.returncode:
        raise SystemExit(f"the upload of {size} MB ended with {child.returncode}")
    request = urllib.request.Request(json.loads(out)["url"], headers={"Authorization": environment["CKAN_API_TOKEN"]})  # noqa: S310 - the site's own address
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
        stored = _digest(iter(lambda: answer.read(_MEGABYTE), b""))
    if stored != digest:
        raise SystemExit(f"what is stored of {size} MB is not what was sent")
    print(f"{size:>5} MB: peak {usage.ru_maxrss // 1024} MiB, {seconds:.1f} s, stored as it was sent")


def _write(file: Path, size: int) -> str:
    """Write a file without repetitions, and return its digest."""

    def chunks() -> Iterator[bytes]:
        for _ in range(size // _MEGABYTE):
            yield os.urandom(_MEGABYTE)

    with file.open("wb") as target:
        return _digest(chunk for chunk in chunks() if target.write(chunk))


def _digest(chunks: Iterator[bytes]) -> str:
    total = hashlib.sha256()
    for chunk in chunks:
        total.update(chunk)
    return total.hexdigest()


if __name__ == "__main__":
    main()
