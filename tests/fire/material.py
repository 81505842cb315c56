"""What a source says at each turn: records as real catalogs have them, in a folder that `ckanclient sync` reads."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Material:
    """The records of a source, under names with a prefix of its own; `organizations` and `groups` by name."""

    prefix: str
    organizations: tuple[str, ...]
    groups: tuple[str, ...]
    size: int = 48

    def records(self) -> dict[str, Record]:
        """Return the records as they are first."""
        texts = gzip.decompress(files("ckan_api_client.testing").joinpath("datagov-100.jsonl.gz").read_bytes())
        real = [json.loads(line) for line in texts.splitlines()[: self.size]]
        return {f"r{number:02}": self._record(number, one) for number, one in enumerate(real)}

    def _record(self, number: int, real: Mapping[str, Any]) -> Record:
        """Return a record with texts of a real one, those that CKAN takes as they are."""
        key = f"r{number:02}"
        named = {"name": f"{self.prefix}-{key}"} if number % 2 else {}
        extras = {
            one["key"]: one["value"] for one in real["extras"] if one["key"] != "tags" and _is_plain(one["value"])
        }
        return {
            **named,
            "id": key,
            "title": f"{self.prefix} {key} {real['title'].strip()}",
            "notes": real["notes"].replace("\r", "").strip() or "None",
            "author": f"Author {number}",
            "version": "1",
            "owner_org": self.organizations[number % len(self.organizations)],
            "groups": [{"name": self.groups[number % len(self.groups)]}],
            "extras": {**dict(sorted(extras.items())[:15]), "turn": "0"},
            "tags": ["fixed", f"of {key}"],
            "resources": [
                {"id": "one", "url": f"http://data.example/{key}.csv", "format": "CSV", "description": "turn 0"},
                {"id": "two", "url": f"http://data.example/{key}.pdf", "format": "PDF", "description": "Fixed"},
            ],
        }


def changed(record: Record, turn: int) -> Record:
    """Return a record as it is after a change: a field of each kind differs, a resource is another one."""
    key = record["id"]
    first = {**record["resources"][0], "description": f"turn {turn}"}
    other = {"id": f"t{turn}", "url": f"http://data.example/{key}-{turn}.zip", "format": "ZIP", "description": "New"}
    return {
        **record,
        "title": f"{record['title'].partition(' at turn ')[0]} at turn {turn}",
        "author": f"Author at turn {turn}",
        "version": f"{turn}",
        "extras": {**record["extras"], "turn": f"{turn}"},
        "tags": ["fixed", f"turn {turn}"],
        "resources": [first, other],
    }


def write_source(folder: Path, records: Mapping[str, Record], material: Material, *, with_owners: bool) -> None:
    """Write what a source says into its folder, in place of what it said before."""
    for kind in ("dataset", "organization", "group"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for file in (folder / "dataset").iterdir():
        file.unlink()
    for key, record in records.items():
        (folder / "dataset" / f"{key}.json").write_text(json.dumps(record))
    for kind, names in (("organization", material.organizations), ("group", material.groups)) if with_owners else ():
        for name in names:
            (folder / kind / f"{name}.json").write_text(json.dumps({"name": name, "title": f"Title of {name}"}))


def _is_plain(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) < 500 and value == value.strip() and "\r" not in value
