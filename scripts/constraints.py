#!/usr/bin/env python3
"""Print what the package needs, pinned, with hashes and without any address of an index.

    scripts/constraints.py > requirements.txt
    pip install --require-hashes -r requirements.txt && pip install --no-deps ckan-api-client

It asks pip what it would install here, for this Python and this system; nothing is installed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def main() -> None:
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--dry-run", "--ignore-installed", "--only-binary", ":all:", "--report", "-"]
    done = subprocess.run([*pip, *options, str(ROOT)], stdout=subprocess.PIPE, check=True)
    print("\n".join(pins_of(json.loads(done.stdout))))


def pins_of(report: dict[str, Any]) -> Iterator[str]:
    """Yield a line for each distribution in a report of pip's, but for the package itself, in the order of names.

    Raises ValueError for one without a hash, or in a file for one system only: its hash would be wrong elsewhere.
    """
    found = []
    for item in report["install"]:
        if "dir_info" in item["download_info"]:
            continue
        name, version = item["metadata"]["name"].lower().replace("_", "-"), item["metadata"]["version"]
        digest = item["download_info"].get("archive_info", {}).get("hashes", {}).get("sha256")
        file = item["download_info"]["url"].rpartition("/")[2]
        if digest is None:
            raise ValueError(f"{name} {version}: pip gives no hash of {file}")
        if not file.endswith("-none-any.whl"):
            raise ValueError(f"{name} {version}: {file} is for one system only; list the hashes of all its files")
        found.append(f"{name}=={version} --hash=sha256:{digest}")
    yield from sorted(found)


if __name__ == "__main__":
    main()
