"""HTTP to our own servers: JSON in, JSON out. Never through a proxy."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import Any

_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class WebError(Exception):
    """The server refused or did not answer; the text says what it was asked and what it said."""


def fetch(url: str, data: object = None, *, token: str = "", patience: float = 60) -> Any:
    """The JSON at a URL; with data, the JSON that comes back for it."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = token
    body = None if data is None else json.dumps(data).encode()
    try:
        request = urllib.request.Request(url, body, headers)  # noqa: S310 - every URL here is one of ours
        with _opener.open(request, timeout=patience) as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        raise WebError(f"{url} answered {error.code}: {error.read().decode(errors='replace')[:300]}") from error
    except (OSError, ValueError) as error:
        raise WebError(f"{url} did not answer: {error}") from error


def call_action(url: str, action: str, arguments: object, *, token: str = "") -> Any:
    """The result of an action of the CKAN at `url`."""
    return fetch(f"{url}/api/3/action/{action}", arguments, token=token)["result"]
