"""Local mode, which this package does not have: it would be CKAN's own code that runs, in CKAN's own process."""

from __future__ import annotations

from typing import Any

from ckan_api_client.ckanapi.errors import NoLocalCKAN


class LocalCKAN:
    """Cannot be made: raises NoLocalCKAN, an ImportError as ckanapi raises it where there is no CKAN."""

    def __init__(self, username: str | None = None, context: Any = None) -> None:
        del username, context
        raise NoLocalCKAN(
            "LocalCKAN calls the code of a CKAN in its own process, which this package never does. Use "
            "RemoteCKAN(address, apikey=...); inside of a plugin, CKAN's own toolkit.get_action, or ckanapi itself"
        )
