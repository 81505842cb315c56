"""Forms: a call with a file is one, and holds less than JSON does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any


def is_holdable(action: str, value: Any) -> bool:
    """Tell whether a form can bring a value to an action: of lists and objects it makes texts (quirk A12a).

    package_revise alone reads JSON out of its fields (A12b).
    """
    return value is None or isinstance(value, str | bool | int | float) or action == "package_revise"


def keeps(values: Iterable[Any]) -> bool:
    """Tell whether values come out of a form as they went in: text does, numbers and booleans become text."""
    return all(value is None or isinstance(value, str) for value in values)


def is_taken_for_json(fields: Sequence[tuple[str, str]]) -> bool:
    """Tell whether CKAN reads a form as JSON: where its only field is empty or "1" (quirk A11)."""
    return len(fields) == 1 and fields[0][1] in {"", "1"}
