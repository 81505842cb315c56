"""What a flow asks for and what it is given back. Plain values; nothing here knows how they travel."""

from __future__ import annotations

import mimetypes
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send. `content` is a path, opened anew at each attempt, or a binary file, which is read once."""

    content: Path | BinaryIO
    filename: str
    content_type: str = "application/octet-stream"

    @classmethod
    def of(cls, content: Path | str | BinaryIO) -> Upload:
        """Return an upload of the file at a path, or of an open binary file; name and type are taken from its name."""
        if isinstance(content, str):
            content = Path(content)
        name = content.name if isinstance(content, Path) else Path(str(getattr(content, "name", "upload"))).name
        return cls(content, name, mimetypes.guess_type(name)[0] or "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request to the catalog.

    `path` starts with a slash and is taken below the base URL. `label` names the request in errors and progress.
    `repeatable`: sending it twice does no more than sending it once, so a lost answer may be asked for again.
    """

    method: str
    path: str
    label: str
    body: bytes | None = None
    query: tuple[tuple[str, str], ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    uploads: tuple[tuple[str, Upload], ...] = ()
    repeatable: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """An answer, whole. Header names are lower case."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Sleep:
    """A wait. Flows never look at a clock; the driver does."""

    seconds: float


Step: TypeAlias = Request | Sleep
#: A generator that yields a Request (and is sent a Response, or thrown a TransportError) or a Sleep (and is sent
#: None), and returns a T.
Flow: TypeAlias = Generator[Step, Any, T]


def exchange(request: Request) -> Flow[Response]:
    """Return the answer to a request. The one place where a flow's untyped `yield` becomes a Response."""
    response: Response = yield request
    return response
