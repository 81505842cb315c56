"""What one CKAN called the things of a run: fills symbols in before a call, learns ids from its answer."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from twins.steps import Fresh, Id, Modified, Name, ResourceId, Text

_NAMESPACE = uuid.UUID("6f1c5b7e-51f3-4f0e-9b4b-0d4c1c2f9a11")


class Memory:
    """`prefix` begins every name of the run."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.ids: dict[str, str] = {}
        self.modified: dict[str, str] = {}
        self.resources: dict[str, list[str]] = {}
        #: Every id of a dataset, group or organization that was seen, in the order of appearance.
        self.seen: dict[str, str] = {}

    def fill_in(self, value: Any) -> Any:
        """Return arguments with this CKAN's own words in the place of the symbols."""
        match value:
            case Name(slot):
                return self.prefix + slot
            case Id(slot):
                return self.ids.get(slot) or self._fresh(f"no {slot}")
            case ResourceId(slot, place):
                known = self.resources.get(slot, [])
                return known[place] if place < len(known) else self._fresh(f"no {slot} {place}")
            case Modified(slot):
                return self.modified.get(slot, "2001-01-01T00:00:00.000001")
            case Fresh(text):
                return self._fresh(text)
            case Text(parts):
                return "".join(part if isinstance(part, str) else self.fill_in(part) for part in parts)
            case dict():
                return {key: self.fill_in(each) for key, each in value.items()}
            case list():
                return [self.fill_in(each) for each in value]
        return value

    def _fresh(self, text: str) -> str:
        return str(uuid.uuid5(_NAMESPACE, self.prefix + text))

    def learn(self, action: str, result: Any) -> None:
        """Remember the ids of whatever in an answer bears a name of this run, and of whatever was made."""
        if action.endswith("_create") and isinstance(result, dict) and isinstance(result.get("id"), str):
            self._see(result)
        for found in _objects(result):
            name = found.get("name")
            if isinstance(name, str) and name.startswith(self.prefix):
                self.ids[name.removeprefix(self.prefix)] = found["id"]
                self._see(found)
        self._learn_resources(result)

    def _see(self, found: dict[str, Any]) -> None:
        if "resources" in found:
            self.seen[found["id"]] = "dataset"
        elif "is_organization" in found and "image_display_url" in found:
            self.seen[found["id"]] = "organization" if found["is_organization"] else "group"

    def _learn_resources(self, result: Any) -> None:
        for found in _objects(result):
            name = found.get("name")
            if not (isinstance(name, str) and name.startswith(self.prefix)) or "metadata_modified" not in found:
                continue
            slot = name.removeprefix(self.prefix)
            self.modified[slot] = found["metadata_modified"]
            if isinstance(found.get("resources"), list):
                self.resources[slot] = [resource["id"] for resource in found["resources"]]


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in an answer that have an id."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value
        for each in value.values():
            yield from _objects(each)
    elif isinstance(value, list):
        for each in value:
            yield from _objects(each)
