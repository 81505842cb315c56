"""The URL of a proxy, which may hold a password: nobody is shown that."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

_SCHEMES = ("http", "https", "socks5", "socks5h")
_HOST = re.compile(r"[.%-]*[\w:][\w.:%-]*")  # at least one that is no mere sign


def proxy_url(text: str) -> str:
    """Return the URL of a proxy; `proxy:3128` is one of http. Raises ValueError, without the text, for what is none."""
    return _parts(text).geturl()


def without_password(text: str) -> str:
    """Return the URL of a proxy with stars for its password."""
    parts = _parts(text)
    user, at, host = parts.netloc.rpartition("@")
    name, colon, _ = user.partition(":")
    return parts._replace(netloc=f"{name}{colon and ':***'}{at}{host}").geturl()


def is_socks(url: str) -> bool:
    return url.startswith("socks")


def _parts(text: str) -> SplitResult:
    text = text.strip()
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        is_proxy = parts.scheme in _SCHEMES and parts.port != 0 and _HOST.fullmatch(parts.hostname or "")
    except ValueError:
        is_proxy = None
    if not is_proxy:
        raise ValueError("this is no URL of a proxy: it should look like http://proxy.example.org:3128") from None
    return parts
