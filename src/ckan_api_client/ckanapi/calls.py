"""What a call looks like as ckanapi makes it, and what its answer means to those who use ckanapi.

May not know: sockets, clocks, sessions.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from email.message import Message
from typing import Any, TypeAlias

from ckan_api_client.ckanapi.errors import (
    CKANAPIError,
    NoAnswer,
    NotAuthorized,
    NotFound,
    SearchError,
    SearchIndexError,
    SearchQueryError,
    ServerIncompatibleError,
    ValidationError,
)
from ckan_api_client.ckanapi.uploads import is_file_like
from ckan_api_client.exceptions import CkanError, TransportError
from ckan_api_client.exceptions import NotAuthorized as UnknownToken
from ckan_api_client.low_level.flows import whoami
from ckan_api_client.wire.action import build_request
from ckan_api_client.wire.messages import Flow, Request, Response, Upload, exchange

#: Files by the name of their field, or pairs of both.
Files: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, Any]]

_OF_SEARCH: Mapping[str, type[CKANAPIError]] = {
    "Search Query Error": SearchQueryError,
    "Search Error": SearchError,
    "Search Index Error": SearchIndexError,
}


class ActionShortcut:
    """`action.NAME(**arguments)`: any action by its name.

    Values that can be read are sent as files. `requests_kwargs` says how to send the call, and is none of its data.
    """

    def __init__(self, call_action: Callable[..., Any]) -> None:
        self._call_action = call_action

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def action(*, requests_kwargs: Mapping[str, Any] | None = None, **arguments: Any) -> Any:
            files = {key: value for key, value in arguments.items() if is_file_like(value)}
            data = {key: value for key, value in arguments.items() if key not in files}
            options = {"requests_kwargs": requests_kwargs} if requests_kwargs else {}
            return self._call_action(name, data_dict=data, files=files or None, **options)

        action.__name__ = name
        return action


def request_of(
    action: str, data: Mapping[str, Any] | None, uploads: Mapping[str, Upload], *, get_only: bool, base_url: str
) -> Request:
    """Return the request for a call. Raises CKANAPIError for what cannot be sent, or would be misunderstood."""
    arguments = _arguments_of(action, data)
    if uploads:
        arguments = {key: _in_a_form(value) for key, value in arguments.items() if value is not None}
    try:
        request = build_request(action, {**arguments, **uploads})
    except ValueError as error:
        raise CKANAPIError(str(error)) from error
    path = f"/{base_url.strip('/')}/{action}"
    if get_only:
        return Request("GET", path, request.label, query=tuple(_query_of(action, arguments)), repeatable=True)
    return replace(request, path=path)


def called(request: Request, url: str, *, explain: bool) -> Flow[Any]:
    """Return the result of a call, or raise what its answer means.

    To explain a refusal is to ask whose the token is, and to add it to the error as a note if nobody's.
    """
    try:
        response = yield from exchange(request)
    except TransportError as error:
        raise NoAnswer(str(error), error.outcome) from error
    try:
        return result_of(url, response)
    except NotAuthorized as refused:
        if explain:
            yield from _explain(refused)
        raise


def result_of(url: str, response: Response) -> Any:
    """Return the `result` in an answer, or raise the error that ckanapi raises for it."""
    text = _text_of(response)
    answer = _object_in(text)
    if answer.get("success") and "result" in answer:
        return answer["result"]
    whole = repr([url, response.status, text])
    error = answer.get("error", {})
    if not isinstance(error, dict):
        raise ServerIncompatibleError(whole)
    kind, message = error.get("__type"), error.get("message", "")
    if isinstance(message, str):
        message = message.split(": ", 1)[-1]
    if kind == "Validation Error":
        raise ValidationError(error)
    if kind == "Authorization Error":
        raise NotAuthorized(error)
    if kind == "Not Found Error":
        raise NotFound(message)
    if isinstance(kind, str) and kind in _OF_SEARCH:
        raise _OF_SEARCH[kind](message)
    raise _unknown(whole, response)


def _unknown(whole: str, response: Response) -> CKANAPIError:
    error = CKANAPIError(whole)
    if 300 <= response.status < 400:  # noqa: PLR2004 - an HTTP status
        where = response.headers.get("location", "elsewhere")
        error.add_note(f"The server redirects to {where}; no redirect is followed: use that address.")
    return error


def _explain(refused: NotAuthorized) -> Flow[None]:
    try:
        yield from whoami()
    except UnknownToken as error:
        refused.add_note(f"{error.message}.")
    except CkanError as error:
        refused.add_note(f"Whose the token is could not be found out: {error}")


def _arguments_of(action: str, data: Any) -> dict[str, Any]:
    if not data:
        return {}
    if not isinstance(data, Mapping):
        raise CKANAPIError(f"{action}: the data of a call is a dict, not a {type(data).__name__}")
    return dict(data)


def _in_a_form(value: Any) -> Any:
    # As ckanapi writes them: True, not true.
    return str(value) if isinstance(value, int | float) else value


def _query_of(action: str, arguments: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for key, value in arguments.items():
        for one in value if isinstance(value, list | tuple | set) else [value]:
            if isinstance(one, Mapping | list | tuple | set):
                raise CKANAPIError(f"{action}: a GET cannot hold the value of {key}; call it without get_only")
            if one is not None:
                yield key, str(one)


def _object_in(text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _text_of(response: Response) -> str:
    kind = Message()
    kind["Content-Type"] = response.headers.get("content-type", "")
    try:
        return response.body.decode(kind.get_content_charset("utf-8"), "replace")
    except LookupError:
        return response.body.decode("utf-8", "replace")
