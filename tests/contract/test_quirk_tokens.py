"""Who is asking, and what that changes."""

from __future__ import annotations

import pytest

from ckan_api_client.high_level import CkanHighlevelClient
from contract.bench import Bench
from contract.catalogs import Catalog
from contract.raw import Answer, ask, path_of, send


def ask_as(catalog: Catalog, headers: dict[str, str], action: str, body: bytes = b"{}") -> Answer:
    return send(catalog, "POST", path_of(action), body=body, headers={"Content-Type": "application/json", **headers})


@pytest.mark.quirk("token-unknown-is-anonymous")
def test_an_unknown_token_is_a_visitor(catalog: Catalog, bench: Bench) -> None:
    private = bench.dataset(private=True)
    wrong = {"Authorization": catalog.sysadmin_token[:-3]}
    assert ask_as(catalog, wrong, "package_search", b'{"rows": 0}').status == 200
    shown = ask_as(catalog, wrong, "package_show", f'{{"id": "{private["id"]}"}}'.encode())
    assert (shown.status, shown.kind) == (403, "Authorization Error")
    himself = ask_as(catalog, wrong, "user_show")
    assert (himself.status, himself.kind) == (404, "Not Found Error")


@pytest.mark.quirk("bearer-is-anonymous")
def test_a_bearer_token_is_unknown(catalog: Catalog) -> None:
    assert ask_as(catalog, {"Authorization": catalog.sysadmin_token}, "user_show").status == 200
    assert ask_as(catalog, {"Authorization": f"Bearer {catalog.sysadmin_token}"}, "user_show").status == 404


@pytest.mark.quirk("token-header-differs")
def test_the_header_of_old_is_read_by_the_oldest_alone(catalog: Catalog) -> None:
    answer = ask_as(catalog, {"X-CKAN-API-Key": catalog.sysadmin_token}, "user_show")
    assert answer.status == {"2.10": 200, "2.11": 404, "2.12": 404}[catalog.release]


@pytest.mark.quirk("hidden-is-forbidden")
def test_what_is_hidden_is_forbidden_and_what_is_missing_is_not_found(
    bench: Bench, visitor: CkanHighlevelClient
) -> None:
    private, deleted = bench.dataset("private", private=True), bench.dataset("deleted")
    bench.action.package_delete(id=deleted["id"])
    asked = [private["id"], deleted["id"], "no-such-dataset"]
    assert [ask(visitor.low_level, "package_show", id=id_).status for id_ in asked] == [403, 403, 404]


@pytest.mark.quirk("unknown-group-is-dropped")
@pytest.mark.quirk("group-name-as-id-is-dropped")
def test_a_sysadmin_is_not_told_of_groups_that_are_dropped(
    bench: Bench, catalog: Catalog, editor: CkanHighlevelClient
) -> None:
    group = bench.group()
    made = bench.dataset(groups=[{"name": "no-such-group"}, {"id": group["name"]}])
    assert made["groups"] == []
    assert [item["id"] for item in bench.dataset("other", groups=[{"name": group["name"]}])["groups"]] == [group["id"]]
    told = ask(
        editor.low_level,
        "package_create",
        name=bench.name("editors"),
        owner_org=catalog.organization,
        groups=[{"name": "no-such-group"}],
    )
    assert told.status == 404


@pytest.mark.quirk("revise-needs-every-group")
def test_an_editor_may_not_revise_a_dataset_in_anothers_group(
    bench: Bench, catalog: Catalog, editor: CkanHighlevelClient
) -> None:
    made = bench.dataset(groups=[{"name": bench.group()["name"]}])
    revised = ask(editor.low_level, "package_revise", match={"id": made["id"]}, update={"notes": "revised"})
    assert revised.status == {"2.10": 200, "2.11": 403, "2.12": 403}[catalog.release]
    assert ask(editor.low_level, "package_patch", id=made["id"], notes="patched").status == 200
