"""package_revise merges as CKAN does (quirks C3, C4; literals observed on real CKANs)."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from testing.asking import Asker, multipart

VERSIONS = ["2.10", "2.11", "2.12"]


@pytest.fixture
def dataset(ask: Asker) -> Any:
    ask("group_create", name="some-group", title="Some group")
    return ask(
        "package_create",
        name="abc",
        owner_org="test-org",
        notes="N",
        extras=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}],
        tags=[{"name": "t1"}, {"name": "t2"}],
        groups=[{"name": "some-group"}],
        resources=[{"url": "http://x/1", "name": "one"}, {"url": "http://x/2", "name": "two"}],
    ).result


def revise(ask: Asker, dataset: Any, **parameters: Any) -> Any:
    return ask("package_revise", match={"id": dataset["id"]}, **parameters).result["package"]


def names(items: list[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in items]


def test_lists_are_merged_by_index(ask: Asker, dataset: Any) -> None:
    assert names(revise(ask, dataset, update={"tags": [{"name": "new"}]})["tags"]) == ["new", "t2"]
    assert names(revise(ask, dataset, update={"tags": []})["tags"]) == ["new", "t2"]
    assert names(revise(ask, dataset, filter=["-tags"], update={"tags": [{"name": "only"}]})["tags"]) == ["only"]
    extras = revise(ask, dataset, update={"extras": [{"key": "c", "value": "3"}]})["extras"]
    assert extras == [{"key": "b", "value": "2"}, {"key": "c", "value": "3"}]


def test_resources_are_addressed_by_the_beginning_of_their_id(ask: Asker, dataset: Any) -> None:
    key = f"update__resources__{dataset['resources'][1]['id'][:6]}__description"
    revised = revise(ask, dataset, **{key: "second", "update__resources__extend": [{"url": "http://x/3"}]})
    assert [resource["description"] for resource in revised["resources"]] == [None, "second", None]


@pytest.mark.parametrize("version", VERSIONS)
def test_filtering_groups_and_resources_away(ask: Asker, dataset: Any, version: str) -> None:
    revised = revise(ask, dataset, filter=["-resources", "-groups"])
    left = (2, 1) if version == "2.12" else (0, 0)
    assert (len(revised["resources"]), len(revised["groups"])) == left
    revised = revise(ask, dataset, filter=["-*"], update={"name": "abc", "resources": [], "groups": []})
    assert (revised["resources"], revised["groups"], revised["notes"]) == ([], [], None)
    assert revised["owner_org"] == dataset["owner_org"]


@pytest.mark.parametrize(
    ("parameters", "status", "error"),
    [
        ({"update": {"notes": "x"}}, 409, {"match__id": "Missing value"}),
        ({"match": {"title": "abc"}}, 409, {"match__id": "Missing value"}),
        ({"match": {"id": "nonsense"}}, 404, {"message": "Not found"}),
        ({"match": {"id": "abc"}}, 409, {"match": ["id"]}),
        ({"match": {"name": "abc", "notes": "M", "title": "T", "nix": 1}}, 409, {"match": ["nix", "notes", "title"]}),
        ({"match__name": "abc", "match__version": "1.0"}, 409, {"match": ["version"]}),
        ({"match__name": "abc", "match__tags__1__name": "x"}, 409, {"match": ["tags__1__name"]}),
        ({"match__name": "abc", "update__tags__9__name": "x"}, 409, {"tags__9__name": ["Unmatched key tags__9"]}),
        ({"match": {"name": "abc"}, "update": {"extras": {}}}, 409, {"update": ["Expected list for extras"]}),
        ({"match": 5}, 409, {"match": ["Must be a dict"]}),
        ({"match": {"name": "abc"}, "filter": [1]}, 409, {"filter": ["Not a string: 1"]}),
    ],
    ids=lambda value: str(value)[:40],
)  # fmt: skip
def test_refusals(ask: Asker, dataset: Any, parameters: dict[str, Any], status: int, error: dict[str, Any]) -> None:
    assert dataset["version"] is None
    answer = ask("package_revise", **parameters)
    assert answer.status == status
    assert {key: value for key, value in answer.error.items() if key != "__type"} == error


def test_an_unknown_flattened_key_is_an_integrity_error(ask: Asker, dataset: Any) -> None:
    answer = ask("package_revise", match__id=dataset["id"], match__nokey=1)
    assert (answer.status, answer.error["message"]) == (400, "Unmatched key nokey")


def test_include_says_what_comes_back(ask: Asker, dataset: Any) -> None:
    answer = ask("package_revise", match={"id": dataset["id"]}, include=["+package__id", "-*"])
    assert answer.result == {}
    answer = ask("package_revise", match={"id": dataset["id"]}, include=["+package__id", "-package__*"])
    assert answer.result == {"package": {"id": dataset["id"]}}


@pytest.mark.parametrize("version", VERSIONS)
def test_editors_and_groups_of_others(ask: Asker, dataset: Any, version: str) -> None:
    answer = ask("package_revise", "editor", match={"id": dataset["id"]}, update={"notes": "x"})
    if version == "2.10":
        assert answer.status == 200
    else:
        assert answer.error["message"] == "Access denied: User editor not authorized to edit these groups"
    assert ask("package_patch", "editor", id="abc", notes="y").status == 200
    passed = ask("package_revise", "editor", match={"id": dataset["id"]}, filter=["-groups"], update={"groups": []})
    assert names(passed.result["package"]["groups"]) == ["some-group"]


def test_a_match_is_compare_and_set(ask: Asker, dataset: Any) -> None:
    def count_up() -> None:
        own, done = Asker(ask.ckan, ask.way), 0
        while done < 10:
            seen = own("package_show", id="abc").result
            match = {"id": dataset["id"], "metadata_modified": seen["metadata_modified"]}
            extras = [{"value": str(int(seen["extras"][0]["value"]) + 1)}]
            answer = own("package_revise", match=match, update={"extras": extras})
            assert answer.status == 200 or answer.error["match"] == ["metadata_modified"]
            done += answer.status == 200
        own.close()

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ask("package_show", id="abc").result["extras"][0] == {"key": "a", "value": "41"}


def test_a_file_can_come_with_it(ask: Asker, dataset: Any) -> None:
    body, kind = multipart(
        {"match__id": dataset["id"]}, {"update__resources__0__upload": ("My File (1).CSV", b"a,b\n")}
    )
    answer = ask.send("POST", "/api/3/action/package_revise", body, content_type=kind)
    resource = answer.result["package"]["resources"][0]
    assert (resource["size"], resource["mimetype"], resource["url_type"]) == (4, None, "upload")
    path = resource["url"].removeprefix(ask.ckan.url)
    assert path == f"/dataset/{dataset['id']}/resource/{resource['id']}/download/my-file-1.csv"
    assert ask.send("GET", path).body == b"a,b\n"
