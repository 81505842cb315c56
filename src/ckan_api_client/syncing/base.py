"""What source and catalog agreed on when a record was last looked at. Plain values: it knows no file and no CKAN."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self

Status = Literal["present", "withdrawn"]
How = Literal["", "delete", "purge", "private"]


def canonical(data: Any) -> bytes:
    """Return JSON in the one form that equal values have: sorted keys, no blanks; lone surrogates survive."""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def hash_of(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical JSON of a record's data, in hex."""
    return hashlib.sha256(canonical(data)).hexdigest()


@dataclass(frozen=True, slots=True)
class Base:
    """The two sides that later changes are told by: "ours" against `source`, "theirs" against `catalog`.

    `catalog` is the dataset as CKAN returned it, `modified` its timestamp. `kept` holds, by path, the older agreement
    where a value of people was kept. `status` is "withdrawn" once the source took the dataset away, and `how` says how.
    """

    record_id: str
    dataset_id: str
    source: dict[str, Any]
    source_hash: str
    catalog: dict[str, Any]
    modified: str
    kept: dict[str, Any] = field(default_factory=dict)
    status: Status = "present"
    how: How = ""

    @classmethod
    def of(
        cls,
        record_id: str,
        source: Mapping[str, Any],
        catalog: Mapping[str, Any],
        kept: Mapping[str, Any] | None = None,
        *,
        source_hash: str | None = None,
    ) -> Self:
        """Return what to remember of a record's data and of the dataset that CKAN returned for it.

        `source_hash`: that of the data, where it is known.

        Where people's values are kept, there is no hash: such a record is merged anew in each run, since what was kept
        may be due once the options change, or the people's value goes back.
        """
        return cls(
            record_id,
            str(catalog["id"]),
            source if isinstance(source, dict) else dict(source),
            "" if kept else source_hash or hash_of(source),
            catalog if isinstance(catalog, dict) else dict(catalog),
            str(catalog.get("metadata_modified") or ""),
            dict(kept or {}),
        )

    def with_kept(self, kept: Mapping[str, Any]) -> Self:
        return replace(self, kept=dict(kept))

    def withdrawn(self, how: How) -> Self:
        return replace(self, status="withdrawn", how=how)
