"""A token that is revoked at any request of a run: the run says so, and the next one with a token puts all in order.

CKAN takes such a caller for a visitor: searches answer, and lack what is private.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import NotAuthorized
from ckan_api_client.syncing import Report, SynchronizationClient
from ckan_api_client.testing import EmbeddedCkan
from schedules.transport import InProcess
from tiny_catalog import READING

#: Requests of the run below; each of them is the first without the token once.
_REQUESTS = 19


@pytest.fixture(scope="module")
def ckan() -> Iterator[EmbeddedCkan]:
    with EmbeddedCkan() as ckan:
        yield ckan


def records(keys: str, title: str) -> dict[str, Any]:
    made = {key: {"id": key, "name": f"{key}-{key}", "title": title, "private": key in "ace"} for key in keys}
    return {"dataset": made}


def synced(data: dict[str, Any], transport: InProcess, state: Path) -> Report:
    client = SynchronizationClient(
        "http://c.example", "token", transport=transport, state=state, default_organization="test-org", max_in_flight=1
    )
    return client.sync("geo", data)


def shown(ckan: EmbeddedCkan) -> dict[str, str]:
    """The titles of all datasets that are not in the trash."""
    people = SynchronizationClient("http://c.example", "token", transport=InProcess(ckan, ckan.sysadmin_token))
    found = people.low_level.action.package_search(rows=100, include_private=True)["results"]
    assert len({one["name"] for one in found}) == len(found)
    return {one["name"]: one["title"] for one in found}


def test_wherever_a_token_is_lost_the_run_says_so_and_the_next_puts_all_in_order(
    ckan: EmbeddedCkan, tmp_path: Path
) -> None:
    wanted = records("bcef", "B")
    for good in range(_REQUESTS + 1):
        ckan.reset()
        state = tmp_path / f"{good}.sqlite"
        assert synced(records("abcd", "A"), InProcess(ckan, ckan.editor_token), state)
        transport = InProcess(ckan, ckan.editor_token)

        def revoke(number: int, *_: Any, transport: InProcess = transport, good: int = good) -> None:
            transport.token = ckan.editor_token if number <= good else "revoked"

        transport.before = revoke
        if good == _REQUESTS:
            synced(wanted, transport, state)
            assert len(transport.calls) == _REQUESTS
        else:
            with pytest.raises(NotAuthorized):
                synced(wanted, transport, state)
            refused = [action for action, _ in transport.calls[good:] if not READING.fullmatch(action)]
            assert len(refused) <= 1, refused
            assert {"b-b", "c-c"} <= set(shown(ckan))
        synced(wanted, InProcess(ckan, ckan.editor_token), state)
        assert shown(ckan) == {"b-b": "B", "c-c": "B", "e-e": "B", "f-f": "B"}
        ckan.forget_requests()
        assert synced(wanted, InProcess(ckan, ckan.editor_token), state).counts() == {"unchanged": 4}
        assert ckan.writes == []
