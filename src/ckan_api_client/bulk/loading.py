"""Loads: each record is created, or what it is already there as is replaced by it, as ckanapi does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from ckan_api_client.bulk.kinds import NOUNS, show_arguments
from ckan_api_client.bulk.replies import FAILURES, Reply, failure, unreadable
from ckan_api_client.bulk.settling import settled
from ckan_api_client.exceptions import NotFound, OperationFailure
from ckan_api_client.low_level.flows import call_for_dict
from ckan_api_client.quirks.equivalence import field_differences, group_differences
from ckan_api_client.sources.strict_json import parse_json
from ckan_api_client.wire.messages import Flow

#: What is done with a record once it is written: given the record, and the object that CKAN made of it.
After = Callable[[Mapping[str, Any], Mapping[str, Any]], Flow[None]]


def nothing_after(_: Mapping[str, Any], __: Mapping[str, Any]) -> Flow[None]:
    """Do nothing more."""
    yield from ()


@dataclass(frozen=True, slots=True)
class Loading:
    """How records of a kind are loaded: whether those that exist are replaced, and those that do not are created."""

    kind: str
    creates: bool = True
    updates: bool = True
    after: After = nothing_after

    def load_line(self, line: bytes) -> Flow[Reply]:
        """Return what became of one line."""
        try:
            record = _parsed(line)
        except ValueError as error:
            return unreadable(error)
        existing = None
        if self.updates:
            try:
                existing = yield from self._existing(record)
            except FAILURES as error:
                return failure("show", error)
        if existing is None and not self.creates:
            return Reply("show", "NotFound", [record.get("id"), record.get("name")])
        if existing is not None:
            record = self._over(record, existing)
        action = "create" if existing is None else "update"
        try:
            made = yield from (self._create(record) if existing is None else self._update(record))
        except FAILURES as error:
            return failure(action, error, missing=record)
        try:
            yield from self.after(record, made)
        except FAILURES as error:
            return failure("upload", error, missing=getattr(error, "message", str(error)))
        return Reply(action, None, made.get("name", made.get("id")))

    def _existing(self, record: Mapping[str, Any]) -> Flow[dict[str, Any] | None]:
        for key in ("id", "name"):
            reference = record.get(key)
            found = (yield from self._peek(reference)) if reference else None
            if found is not None:
                return found
        return None

    def _peek(self, reference: object) -> Flow[dict[str, Any] | None]:
        arguments = show_arguments(reference, include_users=True)
        try:
            return (yield from call_for_dict(f"{NOUNS[self.kind]}_show", arguments, repeatable=True))
        except NotFound:
            return None

    def _over(self, record: Mapping[str, Any], existing: Mapping[str, Any]) -> dict[str, Any]:
        # Without `users`, an update removes all members (quirk F6a).
        kept = {"id": existing["id"]} if "id" in existing else {}
        if self.kind in {"groups", "organizations"} and "users" not in record and "users" in existing:
            kept["users"] = existing["users"]
        return {**record, **kept}

    def _create(self, record: dict[str, Any]) -> Flow[dict[str, Any]]:
        result: dict[str, Any] = yield from settled(
            f"{NOUNS[self.kind]}_create", record, partial(self._made_of, record)
        )
        return result

    def _made_of(self, record: Mapping[str, Any]) -> Flow[dict[str, Any] | None]:
        if not (record.get("id") or record.get("name")):
            raise OperationFailure(
                "the answer to the create is lost, and without id and name nothing can be looked for"
            )
        found = yield from self._existing(record)
        if found is not None and not self._is_same(record, found):
            told = f"{found.get('name')!r} ({found.get('id')}) is there now, and not as the record has it"
            raise OperationFailure(f"the answer to the create is lost; {told}: load it again to replace that")
        return found

    def _is_same(self, record: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
        if self.kind == "datasets":
            return not field_differences(record, found)
        if self.kind == "users":
            return record.get("name") == found.get("name")
        return not group_differences(record, found)

    def _update(self, record: dict[str, Any]) -> Flow[dict[str, Any]]:
        # The same record written twice is the same record: a lost answer may be asked for again.
        return (yield from call_for_dict(f"{NOUNS[self.kind]}_update", record, repeatable=True))


def keys_of(line: bytes) -> list[str]:
    """Return what tells a line's record from others: its id and name; nothing for a line that cannot be read."""
    try:
        record = _parsed(line)
    except ValueError:
        return []
    return [str(record[key]) for key in ("id", "name") if record.get(key)]


def _parsed(line: bytes) -> dict[str, Any]:
    record = parse_json(line.strip())
    if not isinstance(record, dict):
        raise ValueError("is no object")  # noqa: TRY004 - it is about data, not types
    return record
