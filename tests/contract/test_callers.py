"""Who may see what, and how it is told: wrong tokens, 403 and 404."""

from __future__ import annotations

import pytest

from ckan_api_client.exceptions import HTTPError, NotAuthorized, NotFound
from ckan_api_client.high_level import CkanHighlevelClient
from contract.bench import Bench
from contract.catalogs import Catalog

#: A token of the right form that no CKAN has given out.
UNKNOWN_TOKEN = (
    "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiJ4IiwiaWF0IjoxfQ.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


@pytest.mark.quirk("token-unknown-is-anonymous")
@pytest.mark.parametrize("token", [UNKNOWN_TOKEN, "c3a5f2f0-5f5e-4b6a-9c3e-0d9a4f7d1b11"], ids=["jwt", "api-key"])
def test_an_unknown_token_is_told_on_the_first_read(bench: Bench, token: str) -> None:
    made = bench.dataset()
    with CkanHighlevelClient(bench.catalog.url, token) as stranger:
        with pytest.raises(NotAuthorized, match="does not know this API token"):
            stranger.get_dataset(made["id"])
        with pytest.raises(NotAuthorized):
            stranger.list_datasets()
        with pytest.raises(NotAuthorized):
            stranger.create_dataset({"name": f"{bench.prefix}-never"})
    with CkanHighlevelClient(bench.catalog.url) as visitor:
        assert visitor.get_dataset(made["id"]).name == made["name"]


def test_a_revoked_token_is_told(bench: Bench, catalog: Catalog) -> None:
    me = bench.low_level.whoami()["name"]
    token = bench.action.api_token_create(user=me, name=bench.prefix)["token"]
    with CkanHighlevelClient(catalog.url, token) as client:
        client.list_datasets()
    bench.action.api_token_revoke(token=token)
    with CkanHighlevelClient(catalog.url, token) as client, pytest.raises(NotAuthorized, match="API token"):
        client.list_datasets()


def test_what_is_absent_is_not_found(both: CkanHighlevelClient) -> None:
    with pytest.raises(NotFound) as absent:
        both.get_dataset("00000000-0000-4000-8000-000000000000")
    assert absent.value.status_code == 404
    assert absent.value.original["__type"] == "Not Found Error"


@pytest.mark.quirk("hidden-is-forbidden")
@pytest.mark.parametrize("state", ["private", "draft", "deleted"])
def test_what_is_hidden_is_403_with_a_token_and_404_without(
    bench: Bench, editor: CkanHighlevelClient, visitor: CkanHighlevelClient, state: str
) -> None:
    foreign = bench.organization()["id"]
    hidden = {"private": True} if state == "private" else {"state": state}
    made = bench.dataset(owner_org=foreign, **hidden)
    with pytest.raises(NotAuthorized) as refused:
        editor.get_dataset(made["id"])
    assert refused.value.status_code == 403
    with pytest.raises(NotFound) as absent:
        visitor.get_dataset(made["id"])
    assert absent.value.status_code == 404
    assert isinstance(absent.value.original, HTTPError)
    assert absent.value.original.status_code == 403


@pytest.mark.quirk("deleted-is-shown")
def test_a_deleted_dataset_is_not_found_unless_it_is_asked_for(bench: Bench, either: CkanHighlevelClient) -> None:
    made = bench.dataset(state="deleted")
    with pytest.raises(NotFound) as deleted:
        either.get_dataset(made["id"])
    assert str(deleted.value) == "HTTPError(404, '(logical) dataset state is deleted', original=None)"
    assert either.get_dataset(made["id"], allow_deleted=True).state == "deleted"


def test_a_draft_is_read_by_who_may_see_it(bench: Bench, either: CkanHighlevelClient) -> None:
    assert either.get_dataset(bench.dataset(state="draft")["id"]).state == "draft"


@pytest.mark.quirk("id-and-name-are-one")
def test_an_id_is_no_name_and_a_name_no_id(bench: Bench, either: CkanHighlevelClient) -> None:
    made = bench.dataset()
    squatter = bench.action.package_create(name=made["id"], owner_org=bench.catalog.organization)
    bench.purge_later("dataset", squatter["id"])
    assert either.get_dataset(made["id"]).name == made["name"]
    assert either.get_dataset_by_name(made["name"]).id == made["id"]
    with pytest.raises(NotFound, match="id mismatch"):
        either.get_dataset(made["name"])
    # CKAN gives the dataset with this id, not the one with this name.
    with pytest.raises(NotFound, match="name mismatch"):
        either.get_dataset_by_name(made["id"])
