"""Tokens: how CKAN reads them, and what it does with one that it does not know, which is to say nothing."""

from __future__ import annotations

import re
from typing import Any

#: Where a token is read from, unless a site says otherwise (quirk B2b).
TOKEN_HEADER = "Authorization"  # noqa: S105 - the name of a header

#: The action that gives the caller's own user when it is given nothing, from 2.10 on (ckan/logic/action/get.py:1397):
#: the one question that tells whether a token is known (quirk B1).
WHOAMI = "user_show"


def bare_token(text: str) -> str:
    """Return a token as CKAN wants it: `Bearer x` is anonymous to it (quirk B2a)."""
    return re.sub(r"^\s*bearer\s+", "", text, flags=re.IGNORECASE).strip()


def is_token(text: str) -> bool:
    """Tell whether a text can be a token: printable ASCII without blanks."""
    return text.isascii() and text.isprintable() and " " not in text


def is_answer_of_ckan(refusal: Any) -> bool:
    """Tell whether a 403 or 404 to `WHOAMI` means an unknown token, by its error: its `__type` is CKAN's own.

    What stands before CKAN has no error, and other servers that answer in JSON have one without that.
    """
    return isinstance(refusal, dict) and "__type" in refusal
