"""What people and sources do comes out the same where records are recognized by their texts, and not read again."""

from __future__ import annotations

import pytest

from ckan_api_client.syncing import clients
from contract.test_sync_people import *  # noqa: F403
from recognizing import RecognizedMapping


@pytest.fixture(autouse=True)
def _recognized(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "MappingSource", RecognizedMapping)
