"""The session of the 2014 documentation, step by step, as its readers typed it."""

from __future__ import annotations

import pytest

from ckan_api_client.exceptions import HTTPError
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.objects import CkanDataset
from contract.bench import Bench


def test_the_session_of_2014(both: CkanHighlevelClient, bench: Bench) -> None:
    client = both
    name = bench.name("example-dataset")
    before = client.list_datasets()

    new_dataset = client.create_dataset(
        CkanDataset({"name": name, "title": "My example dataset", "owner_org": bench.catalog.organization})
    )
    bench.purge_later("dataset", new_dataset.id or "")
    assert isinstance(new_dataset, CkanDataset)
    assert repr(new_dataset).startswith("CkanDataset({")
    assert (new_dataset.name, new_dataset.title) == (name, "My example dataset")
    assert new_dataset.id is not None
    assert set(client.list_datasets()) - set(before) >= {new_dataset.id}

    new_dataset.title = "NEW TITLE"
    updated = client.update_dataset(new_dataset)
    assert (updated.id, updated.title) == (new_dataset.id, "NEW TITLE")
    assert client.get_dataset(new_dataset.id) == updated

    client.wipe_dataset(new_dataset.id)
    with pytest.raises(HTTPError) as refused:
        client.get_dataset(new_dataset.id)
    assert str(refused.value) == "HTTPError(404, '(logical) dataset state is deleted', original=None)"
    assert new_dataset.id not in client.list_datasets()
    assert client.get_dataset(new_dataset.id, allow_deleted=True).state == "deleted"

    again = client.create_dataset({"name": name, "owner_org": bench.catalog.organization})
    bench.purge_later("dataset", again.id or "")
    assert again.name == name
    assert again.id != new_dataset.id
