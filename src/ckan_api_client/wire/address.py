"""Where a catalog lives, and the token that opens it. Both are values; neither ever shows the token."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from ckan_api_client.quirks.requests import site_path
from ckan_api_client.quirks.tokens import bare_token, is_token

_HOST = re.compile(r"[.%-]*[\w:][\w.:%-]*")  # at least one that is no mere sign


class Token:
    """A secret: `repr`, `str` and formatting show stars; it cannot be pickled, and is read by `reveal()` alone."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        bare = bare_token(text)
        if not bare:
            raise ValueError("the API token is empty")
        if not is_token(bare):
            raise ValueError("the API token holds a character that no token of CKAN has; was it cut or quoted?")
        self._text = bare

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Token('***')"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Token) and other._text == self._text

    def __hash__(self) -> int:
        return hash((Token, self._text))

    def __reduce__(self) -> str:
        raise TypeError("a token is not pickled")


@dataclass(frozen=True, slots=True)
class Address:
    """A catalog's base URL, without a slash at its end and without /api/3/action; a sub-path or language stays."""

    base: str

    @classmethod
    def of(cls, url: str) -> Address:
        """Return the address in a URL as people paste it. Raises ValueError with the reason for what is none."""
        shown = "this" if "@" in url else repr(url)
        try:
            parts = urlsplit(url.strip())
            has_address = _HOST.fullmatch(parts.hostname or "") and parts.port != 0
        except ValueError as error:
            raise ValueError(f"{shown} is no base URL: {error}") from None
        if parts.username or parts.password:
            raise ValueError("the base URL holds a user name or password; pass an API token instead")
        if parts.scheme not in {"http", "https"} or not has_address:
            lacks = "" if "://" in url else ", with https:// (or http://) in front"
            raise ValueError(
                f"{shown} is no base URL of a CKAN: it should look like https://catalog.example.org{lacks}"
            )
        path = site_path(parts.path)
        return cls(urlunsplit((parts.scheme, parts.netloc, path, "", "")))

    def url(self, path: str) -> str:
        """Return the URL of a path (which starts with a slash) below the base."""
        if not path.startswith("/"):
            raise ValueError(f"{path!r} is not a path below the base URL: it must start with a slash")
        return self.base + path

    @property
    def is_plain(self) -> bool:
        """Tell whether it is one of plain http."""
        return urlsplit(self.base).scheme == "http"

    def is_overheard(self, proxy: str | None = None) -> bool:
        """Tell whether others can read what is sent there: it is plain http, and leaves this machine."""
        on_the_way = (self.base, proxy) if proxy else (self.base,)
        return self.is_plain and not all(map(_is_on_this_machine, on_the_way))


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL, written such that equal ones are equal. Raises ValueError for no URL."""
    parts = urlsplit(Address.of(url).base)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{(parts.hostname or '').rstrip('.')}:{port}"


def _is_on_this_machine(url: str) -> bool:
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
