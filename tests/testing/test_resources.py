"""Single resources and their files (quirks C10, C22, H1, H3; literals observed on real CKANs)."""

from __future__ import annotations

from typing import Any

import pytest

from testing.asking import Asker, multipart


@pytest.fixture
def dataset(ask: Asker) -> Any:
    resources = [{"url": "http://x/1", "mine": 1}, {"url": "http://x/2"}]
    return ask("package_create", name="abc", owner_org="test-org", resources=resources).result


def test_create_update_patch_delete(ask: Asker, dataset: Any) -> None:
    made = ask("resource_create", package_id="abc", url="http://c.d/e.json", name="n", mine={"a": 1}).result
    assert (made["format"], made["mimetype"], made["position"]) == ("JSON", "application/json", 2)
    patched = ask("resource_patch", id=made["id"], description="d").result
    assert (patched["mine"], patched["description"]) == ({"a": 1}, "d")
    updated = ask("resource_update", id=made["id"], url="http://u").result
    assert "mine" not in updated
    assert updated["description"] is None
    assert ask("resource_delete", id=made["id"]).result is None
    assert ask("resource_show", id=made["id"]).error["message"] == "Not found: Resource was not found."
    assert ask("package_show", id="abc").result["num_resources"] == len(dataset["resources"])


def test_errors_are_those_of_the_resource(ask: Asker, dataset: Any) -> None:
    answer = ask("resource_patch", id=dataset["resources"][1]["id"], size="x")
    assert answer.error == {"size": ["Invalid integer"], "__type": "Validation Error"}


def test_a_live_id_is_overwritten(ask: Asker, dataset: Any) -> None:
    id_ = dataset["resources"][1]["id"]
    assert ask("resource_create", package_id="abc", id=id_, url="http://over").result["url"] == "http://over"


@pytest.mark.parametrize(("version", "status"), [("2.10", 200), ("2.11", 200), ("2.12", 500)])
def test_a_gap_in_positions_breaks_2_12(ask: Asker, dataset: Any, version: str, status: int) -> None:
    id_ = dataset["resources"][0]["id"]
    patched = ask("package_patch", id="abc", resources=[{"id": id_, "url": "a"}, {"id": id_, "url": "b"}]).result
    assert [(resource["url"], resource["position"]) for resource in patched["resources"]] == [("http://b", 1)]
    assert (ask.ckan.version, ask("resource_patch", id=id_, name="n").status) == (version, status)


def test_reorder(ask: Asker, dataset: Any) -> None:
    first, second = (resource["id"] for resource in dataset["resources"])
    assert ask("package_resource_reorder", id="abc", order=[second]).result["order"] == [second, first]
    assert (
        ask("package_resource_reorder", id="abc", order=[first, first]).error["order"]
        == "Must supply unique resource_ids"
    )


def test_files_go_up_and_come_down(ask: Asker, dataset: Any) -> None:
    body, kind = multipart({"package_id": dataset["id"], "name": "n"}, {"upload": ("été 2020.csv", b"a,b\n1,2\n")})
    made = ask.send("POST", "/api/3/action/resource_create", body, content_type=kind).result
    assert (made["size"], made["format"], made["url_type"]) == (8, "CSV", "upload")
    assert made["url"].endswith("/download/ete-2020.csv")
    down = ask.send("GET", made["url"].removeprefix(ask.ckan.url), who=None)
    assert (down.body, down.headers["Content-Type"]) == (b"a,b\n1,2\n", "text/csv")
    again = ask("package_update", **ask("package_show", id="abc").result).result["resources"][2]
    assert again["url"] == made["url"]
    ask("package_patch", id="abc", private=True)
    assert ask.send("GET", made["url"].removeprefix(ask.ckan.url), who=None).status == 403


def test_a_file_can_be_too_large(ask: Asker, dataset: Any) -> None:
    body, kind = multipart(
        {"package_id": dataset["id"], "name": "n"}, {"upload": ("a.csv", b"x" * (10 * 1024 * 1024 + 1))}
    )
    answer = ask.send("POST", "/api/3/action/resource_create", body, content_type=kind)
    assert answer.error == {"upload": ["File upload too large"], "__type": "Validation Error"}
    assert ask("package_show", id="abc").result["num_resources"] == 2


@pytest.mark.parametrize("version", ["2.10", "2.11", "2.12"])
@pytest.mark.parametrize("who", ["sysadmin", "editor"])
def test_a_sysadmin_deletes_without_a_trace_in_2_12(ask: Asker, version: str, who: str) -> None:
    """It sends the time that it read, which a sysadmin may set there."""
    dataset = ask("package_create", name="abc", owner_org="test-org", resources=[{"url": "http://x"}]).result
    ask("resource_delete", who, id=dataset["resources"][0]["id"])
    after = ask("package_show", id="abc").result
    is_same = after["metadata_modified"] == dataset["metadata_modified"]
    assert (after["resources"], is_same) == ([], version == "2.12" and who == "sysadmin")


@pytest.mark.parametrize("version", ["2.10", "2.11", "2.12"])
def test_fewer_resources_of_something_than_there_are_break_2_12(ask: Asker, version: str) -> None:
    urls = [{"url": "http://x"}, {"url": "http://y"}]
    ask("package_create", name="abc", owner_org="test-org", resources=urls)
    answer = ask("package_update", name="abc", owner_org="test-org", title="New", resources=[{"id": ""}])
    assert answer.status == (500 if version == "2.12" else 200)
