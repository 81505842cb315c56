"""What reaches a terminal: text from records and servers, made harmless."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

import click

#: Categories of signs that steer a terminal or mislead who reads it, and those that cannot be written at all.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_NOT_ASCII = re.compile(r"[^\x00-\x7e]")


def safe_text(text: str, longest: int | None = None) -> str:
    r"""Return a text with control characters, line ends, invisible and direction-changing signs written out (\x1b)."""
    shown = "".join(sign if unicodedata.category(sign) not in _HARMFUL else _written(sign) for sign in text)
    return shown if longest is None or len(shown) <= longest else shown[: longest - 1] + "…"


def safe_json(text: str) -> str:
    r"""Return a JSON text with the same signs written out in JSON's way (\u009b): it still means the same."""
    return text if text.isascii() and "\x7f" not in text else _NOT_ASCII.sub(_written_in_json, text)


def counted(number: int, noun: str) -> str:
    """Return "1 value", "2,000 values"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def print_json(value: Any) -> None:
    click.echo(safe_json(json.dumps(value, ensure_ascii=False, indent=2)))


def _written_in_json(found: re.Match[str]) -> str:
    sign = found[0]
    return sign if unicodedata.category(sign) not in _HARMFUL else json.dumps(sign)[1:-1].replace("\x7f", "\\u007f")


def _written(sign: str) -> str:
    code = ord(sign)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"  # noqa: PLR2004 - where \x ends
