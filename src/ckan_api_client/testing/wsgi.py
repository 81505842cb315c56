"""The embedded CKAN as a WSGI application, for clients in the same process."""

from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from typing import Any, BinaryIO, Final

from .messages import Request, Response

Handler = Callable[[Request], Response]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_CHUNK: Final = 1 << 16


class LostAnswer(ConnectionResetError):
    """The connection broke instead of an answer; in the same process there is none to break."""


def application(handler: Handler) -> Application:
    """Return a WSGI application; faults that break connections raise LostAnswer."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        headers = {
            name.removeprefix("HTTP_").replace("_", "-").lower(): value
            for name, value in environ.items()
            if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")
        }
        request = Request(
            method=environ["REQUEST_METHOD"],
            path=environ.get("PATH_INFO", "").encode("latin-1").decode("utf-8", "replace"),
            query=environ.get("QUERY_STRING", ""),
            headers=headers,
            body=environ.get("wsgi.input"),
            length=int(environ.get("CONTENT_LENGTH") or 0),
        )
        response = handler(request)
        if response.lost:
            raise LostAnswer("the embedded CKAN lost this answer, as it was told to")
        status = HTTPStatus(response.status)
        body = response.body
        items = list(response.headers.items())
        if isinstance(body, bytes):
            items.append(("Content-Length", str(len(body))))
        start_response(f"{status.value} {status.phrase}", items)
        if not isinstance(body, bytes):
            return _chunks(body)
        if response.cut_after is not None:
            return _cut(body[: response.cut_after])
        return [body]

    return serve


def _chunks(body: BinaryIO) -> Iterator[bytes]:
    with body:
        while chunk := body.read(_CHUNK):
            yield chunk


def _cut(body: bytes) -> Iterator[bytes]:
    yield body
    raise LostAnswer("the embedded CKAN cut this answer, as it was told to")
