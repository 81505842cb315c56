"""What comes in and what goes out, and how CKAN reads arguments out of a request (quirks A1, A7 to A13)."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any, BinaryIO, Final
from urllib.parse import parse_qsl

from multipart import MultipartError, MultipartParser  # type: ignore[import-untyped]  # it has no annotations

from .errors import BadRequest, HtmlFailure
from .site import UploadedFile

_IN_MEMORY: Final = 1 << 20
JSON: Final = "application/json;charset=utf-8"


@dataclass
class Request:
    """One request. `path` is decoded and without the query string; names of headers are in small letters."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: BinaryIO | None = None
    length: int = 0

    def read(self) -> bytes:
        return self.body.read(self.length) if self.body and self.length else b""


@dataclass
class Response:
    """One answer. `cut_after` and `drip` are for faults: bytes after which the connection breaks, seconds per byte."""

    status: int
    headers: dict[str, str]
    body: bytes | BinaryIO = b""
    cut_after: int | None = None
    drip: float = 0.0
    lost: bool = False


def json_response(status: int, text: str) -> Response:
    return Response(status, {"Content-Type": JSON}, text.encode("utf-8", "surrogatepass"))


def html_response(status: int, title: str) -> Response:
    page = f"<!DOCTYPE html>\n<html><head><title>{status} {title}</title></head><body><h1>{title}</h1></body></html>\n"
    return Response(status, {"Content-Type": "text/html; charset=utf-8"}, page.encode())


def read_arguments(request: Request, *, reads_query: bool, html_without_type: bool) -> dict[str, Any]:
    """Return a call's arguments as CKAN would find them; BadRequest or HtmlFailure as CKAN would answer.

    `reads_query`: whether the action only reads, and so takes arguments from the query string, too (A8).
    """
    if not reads_query and request.method == "GET":
        raise BadRequest("JSON Error: Invalid request. Please use POST method for your request")
    content_type, options = _content_type(request.headers.get("content-type", ""))
    fields: list[tuple[str, Any]] = []
    files: dict[str, UploadedFile] = {}
    if request.method == "POST":
        if content_type == "multipart/form-data":
            fields, files = _read_multipart(request, options.get("boundary", ""))
        elif content_type == "application/x-www-form-urlencoded":
            fields = parse_qsl(request.read().decode("utf-8", "replace"), keep_blank_values=True)
    if fields:
        arguments = _of_form(fields)
    elif request.query and reads_query:
        arguments = _mixed(parse_qsl(request.query, keep_blank_values=True))
    elif request.method == "POST" and content_type != "multipart/form-data":
        arguments = _of_json(request.read(), content_type, html_without_type=html_without_type)
    else:
        arguments = {}
    if not isinstance(arguments, dict):
        raise BadRequest(f"JSON Error: Request data JSON decoded to {arguments!r} but it needs to be a dictionary.")
    return {**arguments, **files}


def _content_type(header: str) -> tuple[str, dict[str, str]]:
    message = Message()
    message["Content-Type"] = header or "none"
    kind = header.partition(";")[0].strip().lower()
    return kind, dict(message.get_params() or [])


def _of_json(body: bytes, content_type: str, *, html_without_type: bool) -> Any:
    if not body:
        return {}
    if content_type != "application/json" and not content_type.endswith("+json"):
        if html_without_type:
            raise HtmlFailure(415, "Unsupported Media Type")
        return None
    try:
        return json.loads(body)
    except ValueError:
        raise BadRequest(
            "JSON Error: Error decoding JSON data. Error: <BadRequest '400: Bad Request'> "
            "JSON data extracted from the request: {}"
        ) from None


def _of_form(fields: list[tuple[str, Any]]) -> Any:
    """Return a form's fields; one alone that holds "1" or nothing is taken for JSON by its name (A11)."""
    if len(fields) == 1 and fields[0][1] in ("1", ""):
        try:
            return json.loads(fields[0][0])
        except ValueError as error:
            raise BadRequest(
                f"JSON Error: Error decoding JSON data. Error: {error!r} JSON data extracted from the request: {{}}"
            ) from None
    return _mixed(fields)


def _mixed(fields: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """Return a value for each name, and a list where there are several (A9)."""
    found: dict[str, list[Any]] = {}
    for name, value in fields:
        found.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _read_multipart(request: Request, boundary: str) -> tuple[list[tuple[str, str]], dict[str, UploadedFile]]:
    fields: list[tuple[str, str]] = []
    files: dict[str, UploadedFile] = {}
    if not boundary or request.body is None:
        return fields, files
    try:
        parser = MultipartParser(
            request.body,
            boundary,
            content_length=request.length,
            disk_limit=1 << 34,
            memory_limit=1 << 28,
            spool_limit=_IN_MEMORY,
        )
        for part in parser:
            if part.filename:
                files[part.name] = UploadedFile(part.filename, part.file)
            else:
                fields.append((part.name, part.value))
                part.close()
    except MultipartError:
        raise HtmlFailure(400, "Bad Request") from None
    return fields, files
