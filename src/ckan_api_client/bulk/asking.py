"""How actions that read are called: by POST, or, for who asks for it, by GET."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from ckan_api_client.wire.action import build_request, call, decipher_response
from ckan_api_client.wire.messages import Flow, exchange

#: An action and its arguments to its result.
Ask: TypeAlias = Callable[[str, Mapping[str, Any]], Flow[Any]]


def ask_by_post(action: str, arguments: Mapping[str, Any]) -> Flow[Any]:
    """Return the result of an action."""
    return (yield from call(action, arguments))


def ask_by_get(action: str, arguments: Mapping[str, Any]) -> Flow[Any]:
    """Return the result of an action that reads, asked for in a URL: the arguments arrive as texts (quirk A9).

    A list is sent as the same key several times, None not at all. Raises ValueError for files.
    """
    posted = build_request(action, arguments)
    if posted.uploads:
        raise ValueError(f"{action}: a file cannot be sent with a GET request; leave -g out")
    query = tuple(
        (key, item if isinstance(item, str) else str(item))
        for key, value in arguments.items()
        for item in (value if isinstance(value, list | tuple) else [value])
        if item is not None
    )
    request = replace(posted, method="GET", body=None, query=query, repeatable=True)
    return decipher_response(request, (yield from exchange(request)))
