"""A request to the Action API: what CKAN makes of it before any action sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_API_PATH = re.compile(r"/api(/\d)?(/action(/\w+)?)?/*$")

#: What a body must be announced as to be read (quirk A7).
JSON_TYPE = "application/json; charset=utf-8"


def path_of(action: str) -> str:
    """Return the path of an action. Never a query string behind it: with one, a read ignores its body (quirk A8)."""
    return f"/api/3/action/{action}"


def site_path(path: str) -> str:
    """Return the path that a site lives below, a language perhaps, out of one of its API's or its own (quirk A14)."""
    return _API_PATH.sub("", path).rstrip("/")


def misreading_of(arguments: Mapping[str, Any]) -> str | None:
    """Return what CKAN would make of a call with these arguments, if that is not what was asked for (quirk A10)."""
    if "callback" in arguments:
        return "CKAN runs a call with an argument 'callback' as anonymous (JSONP); leave it out"
    return None
