"""Whole numbers, as a resource's size.

CKAN (logic/validators.py, int_validator; quirk C15) takes 10, 10.0, "10" and " 7 ", and true as 1; refuses "10.0",
10.5 and "1e3" with a 409; and answers what its 64-bit column cannot hold with a 500 (quirk C15b).
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["whole_number"]

_DIGITS = re.compile(r"\s*([+-]?[0-9]{1,19})(?:\.0*)?\s*")
_LARGEST = 2**63 - 1


def whole_number(value: Any) -> int | None:
    """Return `value` as an integer that CKAN can store, or None if it is none: a boolean, "12 kB", 10.5, 2⁷⁰."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    elif isinstance(value, str) and (digits := _DIGITS.fullmatch(value)):
        value = int(digits[1])
    return value if isinstance(value, int) and -_LARGEST - 1 <= value <= _LARGEST else None
