"""Which proxy the environment names for a catalog, as curl and others read it. Reads no environment itself."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit


def proxy_in(environment: Mapping[str, str], url: str) -> tuple[str | None, str] | None:
    """Return the proxy for a URL and the variable that names it; None where no variable says anything.

    The proxy is None where NO_PROXY exempts the URL. Names in lower case win, as they do in curl.
    """
    names = (f"{urlsplit(url).scheme}_proxy", "all_proxy")
    for name in (one for low in names for one in (low, low.upper())):
        if environment.get(name):
            exempt = next((one for one in ("no_proxy", "NO_PROXY") if environment.get(one)), None)
            if exempt is not None and is_exempt(environment[exempt], url):
                return None, exempt
            return environment[name], name
    return None


def is_exempt(no_proxy: str, url: str) -> bool:
    """Tell whether a list such as `localhost, .example.org, 10.0.0.0/8, other.org:8080` holds the host of a URL."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    for entry in (item.strip().lower() for item in no_proxy.split(",")):
        if entry == "*":
            return True
        name, colon, wanted = entry.rpartition(":") if entry.count(":") == 1 else (entry, "", "")
        if colon and wanted != str(port):
            continue
        name = name.strip("[]").removeprefix("*").strip(".")
        if name and (host == name or host.endswith(f".{name}") or _is_within(host, name)):
            return True
    return False


def _is_within(host: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
