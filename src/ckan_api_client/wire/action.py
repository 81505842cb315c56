"""What an action call looks like on the wire, what its answer means, and what is known of its effect.

May not know: sockets, clocks, retries, objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from itertools import chain, compress
from pathlib import Path
from typing import Any
from uuid import UUID

from ckan_api_client.exceptions import (
    BadApiError,
    HTTPError,
    NotAuthorized,
    NotFound,
    Outcome,
    RateLimited,
    SearchError,
    ServerError,
    Unsendable,
    ValidationError,
)
from ckan_api_client.quirks import errors, forms
from ckan_api_client.quirks.actions import is_reading, is_refused_when_done
from ckan_api_client.quirks.dates import as_naive_utc
from ckan_api_client.quirks.requests import misreading_of, path_of
from ckan_api_client.wire.messages import Flow, Request, Response, Upload, exchange

_ACTION_NAME = re.compile(r"[A-Za-z0-9_]+")
_SHOWN_BYTES = 200
#: Levels of an answer. What goes through records goes down with each: deeper ones would end in a RecursionError there.
_DEEPEST = 128
_CONTAINERS = frozenset({dict, list})
#: What CKAN's own name for an error means; the status decides on what is not here.
_MEANINGS: Mapping[str, type[HTTPError]] = {
    errors.AUTHORIZATION: NotAuthorized,
    errors.NOT_FOUND: NotFound,
    errors.VALIDATION: ValidationError,
    errors.INTEGRITY: HTTPError,
    **dict.fromkeys(errors.SEARCH_ERRORS, SearchError),
}


def build_request(action: str, arguments: Mapping[str, Any], *, repeatable: bool | None = None) -> Request:
    """Return the request that calls an action: JSON, or multipart where a value is an `Upload` or an open file.

    Always POST, since the arguments of a GET are texts (quirk A9).
    Raises ValueError for what CKAN would misunderstand in silence.
    """
    if not _ACTION_NAME.fullmatch(action):
        raise ValueError(f"{action!r} is no name of an action: use a name such as 'package_show'")
    if misreading := misreading_of(arguments):
        raise ValueError(f"{action}: {misreading}")
    if repeatable is None:
        repeatable = is_reading(action)
    path, label = path_of(action), _describe(action, arguments)
    files = {key: value for key, value in arguments.items() if isinstance(value, Upload) or hasattr(value, "read")}
    if not files:
        return Request("POST", path, label, body=encode(arguments, label), repeatable=repeatable)
    uploads = tuple((key, file if isinstance(file, Upload) else Upload.of(file)) for key, file in files.items())
    fields = _form_fields(action, {key: value for key, value in arguments.items() if key not in files}, label)
    again = repeatable and all(isinstance(upload.content, Path) for _, upload in uploads)
    return Request("POST", path, label, fields=fields, uploads=uploads, repeatable=again)


def encode(value: Any, label: str = "request") -> bytes:
    """Return a value as UTF-8 JSON: dates as naive UTC, as CKAN wants them; objects as their `serialize()`.

    Raises Unsendable for what JSON has no word for.
    """
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain).encode()
    except UnicodeEncodeError as error:
        raise Unsendable(f"{label}: a text holds half of a surrogate pair, which is no Unicode: {error}") from error
    except (TypeError, ValueError, RecursionError) as error:
        raise Unsendable(f"{label}: the arguments cannot be sent as JSON: {error}") from error


def classify(response: Response, action: str = "") -> Outcome:
    """Tell what is known of the effect of a request, the call of an action perhaps, that got this answer."""
    status, answer = response.status, _parse(response.body)
    if is_refused_when_done(action, status):
        return Outcome.UNKNOWN
    if isinstance(answer, dict):
        if status < 500 and errors.kind_of(answer.get("error")) in errors.REFUSALS:
            return Outcome.REJECTED
        if status < 300 and answer.get("success") is True:
            return Outcome.APPLIED
    if 300 <= status < 500 and status not in {408, 425, 429}:
        search = isinstance(answer, dict) and errors.is_of_search(answer.get("error"))
        return Outcome.UNKNOWN if search else Outcome.REJECTED
    return Outcome.UNKNOWN


def decipher_response(request: Request, response: Response) -> Any:
    """Return the `result` of an action's answer, or raise what the answer means.

    HTTPError and its kin where CKAN refused; BadApiError where the answer is not one of the Action API's.
    """
    label, status = request.label, response.status
    if 300 <= status < 400:
        where = response.headers.get("location", "elsewhere")
        raise HTTPError(status, f"{label}: the server redirects to {where}; use that address as the base URL")
    answer = _parse(response.body)
    if isinstance(answer, dict) and answer.get("success") is True and status < 300:
        if "result" not in answer:
            raise BadApiError(f"{label}: the answer says success, yet holds no result")
        return answer["result"]
    if isinstance(answer, dict) and isinstance(answer.get("error"), dict):
        raise _refusal(request, response, answer["error"])
    text = answer if isinstance(answer, str) else _excerpt(response)
    if isinstance(answer, str) and 400 <= status < 500:
        raise _by_status(status, f"{label}: {text}", text, response)
    if status in {401, 403, 408, 413, 414, 425, 429} or status >= 500:
        hint = ". Is the base URL that of a CKAN (without /api/...)?" if status == 501 else ""
        raise _by_status(status, f"{label}: HTTP {status}, and no answer of CKAN: {text}{hint}", None, response)
    raise BadApiError(
        f"{label}: HTTP {status} with an answer that no CKAN gives: {text}. "
        "Is the base URL that of a CKAN (without /api/...)?"
    )


def call(action: str, arguments: Mapping[str, Any], *, repeatable: bool | None = None) -> Flow[Any]:
    """Return the result of an action."""
    request = build_request(action, arguments, repeatable=repeatable)
    response = yield from exchange(request)
    return decipher_response(request, response)


def retry_after(response: Response) -> float | None:
    """Return the seconds that an answer asks to wait, by its Retry-After: a number, or a date by the server's clock."""
    value = response.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        until = parsedate_to_datetime(value)
        now = parsedate_to_datetime(response.headers["date"])
        return max(0.0, (until - now).total_seconds())
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def error_of(response: Response) -> Mapping[str, Any]:
    """Return the `error` object of an answer, empty where there is none."""
    answer = _parse(response.body)
    error = answer.get("error") if isinstance(answer, dict) else None
    return error if isinstance(error, dict) else {}


def _parse(body: bytes) -> Any:
    if body[:1].isspace() or body[:1] in (b"{", b'"'):
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            return None
        # Few are that large: the others are not looked through.
        may_be_deep = body.count(b"[") + body.count(b"{") > _DEEPEST
        return None if may_be_deep and _is_deep(answer) else answer
    return None


def _is_deep(answer: Any) -> bool:
    level: list[Any] = [[answer]]
    for _ in range(_DEEPEST + 1):
        if not level:
            return False
        inside: Iterable[Any] = (one.values() if type(one) is dict else one for one in level)
        items = list(chain.from_iterable(inside))
        level = list(compress(items, map(_CONTAINERS.__contains__, map(type, items))))
    return bool(level)


def _refusal(request: Request, response: Response, error: dict[str, Any]) -> HTTPError:
    status, kind, original = response.status, errors.kind_of(error), errors.without_echo(error)
    try:
        flat = errors.flatten_errors(original)
        details = "; ".join(f"{path}: {text}" if path != "message" else text for path, text in flat)
    except RecursionError:
        details = "refused, with a reason that is nested too deep to tell"
    message = f"{request.label}: {details or kind or 'refused, without a reason'}"
    if is_refused_when_done(request.path.rpartition("/")[2], status):
        message += ". What it found it may have done: look what is there before you send it again"
    if kind in _MEANINGS:
        return _MEANINGS[kind](status, message, original)
    return _by_status(status, message, original, response)


def _by_status(status: int, message: str, original: Any, response: Response) -> HTTPError:
    if status in {401, 403}:
        return NotAuthorized(status, message, original)
    if status == 404:
        return NotFound(status, message, original)
    if status == 429:
        return RateLimited(status, message, original, retry_after(response))
    if status >= 500:
        return ServerError(status, message, original)
    if status == 409:
        return ValidationError(status, message, original)
    return HTTPError(status, message, original)


def _excerpt(response: Response) -> str:
    if not response.body:
        return "an empty body"
    kind = response.headers.get("content-type", "").split(";")[0] or "unknown type"
    text = response.body[:2000].decode("utf-8", "replace")
    if "html" in kind:
        title = re.search(r"<title[^>]*>(.*?)</title>", text, re.DOTALL | re.IGNORECASE)
        text = title.group(1) if title else re.sub(r"<[^>]*>", " ", text)
    return f"{kind}, {' '.join(text.split())[:_SHOWN_BYTES]!r}"


def _describe(action: str, arguments: Mapping[str, Any]) -> str:
    for key in ("id", "name", "package_id", "resource_id"):
        value = arguments.get(key)
        if isinstance(value, str) and value:
            return f"{action} {value!r}"
    match = arguments.get("match")
    if isinstance(match, Mapping) and "id" in match:
        return f"{action} {match['id']!r}"
    return action


def _form_fields(action: str, arguments: Mapping[str, Any], label: str) -> tuple[tuple[str, str], ...]:
    fields = []
    for key, value in arguments.items():
        if not forms.is_holdable(action, value):
            raise ValueError(
                f"{label}: {key} is a {type(value).__name__}, which CKAN cannot take together with a file; "
                "write the metadata first, then the file"
            )
        encoded = encode(value, f"{label}: {key}").decode()
        text = value if isinstance(value, str) else "" if value is None else encoded
        fields.append((key, text))
    if forms.is_taken_for_json(fields):
        raise ValueError(
            f"{label}: CKAN takes a form whose only field is empty or '1' for JSON; send another field beside the file"
        )
    return tuple(fields)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return as_naive_utc(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if hasattr(value, "serialize"):
        return value.serialize()
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} is no JSON")
