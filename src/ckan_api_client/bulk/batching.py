"""Batches: a line is the call of an action."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ckan_api_client.bulk.replies import FAILURES, Reply, failure, unreadable
from ckan_api_client.sources.strict_json import parse_json
from ckan_api_client.wire.action import call
from ckan_api_client.wire.messages import Flow, Upload


def call_line(line: bytes, *, local_files: bool) -> Flow[Reply]:
    """Return what became of one line: `{"action": …, "data": {…}, "files": {"upload": "path"}}`.

    Files are sent only with `local_files`: who writes the lines may not be who owns the disk. A line that needs them
    is refused without, since what it would do without its file is something else.
    """
    try:
        wanted = _parsed(line)
    except ValueError as error:
        return unreadable(error)
    action, data, files = wanted["action"], wanted.get("data") or {}, wanted.get("files") or {}
    if files and not local_files:
        return Reply("read", "ValueError", "the line names files to send: allow that with --local-files")
    try:
        for key, path in files.items():
            try:
                with Path(path).open("rb"):
                    data = {**data, key: Upload.of(Path(path))}
            except OSError as error:
                told = {"parameter": key, "file_name": path, "error": str(error.strerror)}
                return Reply("read", "IOError", told)
        return Reply(action, None, (yield from call(action, data)))
    except FAILURES as error:
        return failure(action, error, missing=wanted)


def _parsed(line: bytes) -> dict[str, Any]:
    wanted = parse_json(line.strip())
    if not isinstance(wanted, dict) or not isinstance(wanted.get("action"), str):
        raise ValueError('is no object with an "action"')  # noqa: TRY004 - it is about data, not types
    for key in ("data", "files"):
        if not isinstance(wanted.get(key), dict | None):
            raise ValueError(f'has a "{key}" that is no object')  # noqa: TRY004 - as above
    for path in (wanted.get("files") or {}).values():
        if not isinstance(path, str):
            raise ValueError('has "files" that are no paths')  # noqa: TRY004 - it is about data, not types
    return wanted
