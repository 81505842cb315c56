"""In which order and with which fields found documents come back. Knows no queries."""

import fnmatch
import json
import re
from collections.abc import Sequence
from typing import Any

from .documents import Document
from .errors import InvalidParameter
from .fields import field_of
from .lucene import syntax_error


def read_order(sort: str) -> list[tuple[str, bool]]:
    """Fields and whether each descends. InvalidParameter (400) without a direction."""
    if not sort.strip():
        return [("score", True)]
    order: list[tuple[str, bool]] = []
    for item in sort.split(","):
        words = item.split()
        if not words:
            continue
        if len(words) != 2 or words[1].lower() not in ("asc", "desc"):  # noqa: PLR2004 — a field and a direction
            raise InvalidParameter("Search Query is invalid: 'Invalid \"sort\" parameter'")
        name = words[0]
        if name != "score" and field_of(name).is_multivalued and field_of(name).kind.is_tokenized:
            raise syntax_error(sort, f"can not sort on multivalued field: {name}")
        order.append((name, words[1].lower() == "desc"))
    return order


def stored_fields(document: Document, score: float, fl: Sequence[str]) -> dict[str, Any]:
    """The fields that were asked for, as package_search gives them: extras lose their prefix."""
    fields: dict[str, Any] = {}
    wanted = [name for item in fl for name in re.split(r"[\s,]+", item) if name]
    for item in wanted:
        alias, _, pattern = item.rpartition(":")
        for name in fnmatch.filter(document, pattern) if "*" in pattern else [pattern]:
            if name in document and field_of(name).is_stored:
                fields[alias or name] = _as_given(name, document[name])
    if "score" in wanted:
        fields["score"] = score
    extras = {name: value for name, value in fields.items() if name.startswith("extras_")}
    plain = {name: value for name, value in fields.items() if name not in extras}
    return plain | {name.removeprefix("extras_"): value for name, value in extras.items()}


def _as_given(name: str, value: Any) -> Any:
    if name in ("validated_data_dict", "data_dict"):
        return json.dumps(value)
    return list(value) if isinstance(value, list) else value


def copied(value: Any) -> Any:
    """A deep copy of what JSON can hold, several times faster than copy.deepcopy."""
    if isinstance(value, dict):
        return {key: copied(item) if isinstance(item, dict | list) else item for key, item in value.items()}
    return [copied(item) if isinstance(item, dict | list) else item for item in value]
