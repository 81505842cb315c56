"""What a caller may see of an object."""

from __future__ import annotations

from typing import Any

from ckan_api_client.exceptions import NotAuthorized, NotFound
from ckan_api_client.low_level.flows import show
from ckan_api_client.wire.messages import Flow


def show_visible(kind: str, reference: str, *, anonymous: bool) -> Flow[dict[str, Any]]:
    """Return one object; for a caller without a token, one that it may not see does not exist (quirk B5)."""
    try:
        return (yield from show(kind, reference))
    except NotAuthorized as error:
        if not anonymous:
            raise
        message = f"{kind} {reference!r} is deleted or private: with an API token that may see it, try again"
        raise NotFound(404, message, error) from error
