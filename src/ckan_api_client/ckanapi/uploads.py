"""Files as ckanapi takes them: what can be read, or a tuple of a name, something to read, and perhaps a type."""

from __future__ import annotations

import io
import mimetypes
import os
from contextlib import ExitStack
from typing import Any, BinaryIO

from ckan_api_client.ckanapi.errors import CKANAPIError
from ckan_api_client.transport import sendable
from ckan_api_client.wire.messages import Upload


def is_file_like(value: Any) -> bool:
    """Tell whether a value can be read, or is a tuple of a name and something that can."""
    return hasattr(value, "read") or (isinstance(value, tuple) and len(value) > 1 and hasattr(value[1], "read"))


def upload_of(field: str, value: Any, opened: ExitStack) -> Upload:
    """Return an upload of what stands in a field. It is sent from where it stands on, as ckanapi has it.

    An open file and bytes are sent as they are. What is text, or does not tell its length, is first copied to a
    temporary file, which `opened` closes: a server wants to know the length, and text is sent as UTF-8.
    """
    name, content, kind = _parts_of(field, value)
    guessed = kind or mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Upload(_sendable(content, opened), name, guessed)


def _parts_of(field: str, value: Any) -> tuple[str, Any, str | None]:
    if not isinstance(value, tuple):
        return _name_of(value) or field, value, None
    if len(value) not in {2, 3}:
        raise CKANAPIError(f"{field}: a file is (name, file) or (name, file, content type), not {len(value)} things")
    name, content, kind = (*value, None)[:3]
    return str(name or field), content, kind


def _name_of(file: Any) -> str | None:
    """Return the last part of a file's name; temporary files have a number there, and streams a name in brackets."""
    name = getattr(file, "name", None)
    if not isinstance(name, str) or not name or (name[0] == "<" and name[-1] == ">"):
        return None
    return os.path.basename(name)  # noqa: PTH119 - it need not be the name of a file here


def _sendable(content: Any, opened: ExitStack) -> BinaryIO:
    if isinstance(content, str):
        content = content.encode()
    if isinstance(content, bytes | bytearray):
        return io.BytesIO(content)
    if not hasattr(content, "read"):
        raise CKANAPIError(f"a {type(content).__name__} cannot be sent as a file: open it for reading")
    return sendable(content, opened)


__all__ = ["is_file_like", "upload_of"]
