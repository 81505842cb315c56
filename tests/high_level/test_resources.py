"""Resources: a part of the dataset, changed under its match; a file is a second call."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.exceptions import BadApiWarning, NotFound, OperationFailure, Outcome, TransportError
from ckan_api_client.high_level.resources import create_resource, delete_resource, get_resource, update_resource
from ckan_api_client.objects import CkanDataset, CkanResource
from ckan_api_client.wire.flow import run
from driving import Script, refusal, success

ID = "5d0f9a55-c1cd-4a0f-8f0e-7b1dd1c26a3c"
OTHER = {"id": "r0", "url": "https://example.org/other", "odd": [1, {"deep": None}], "datastore_active": True}
MINE = {
    "id": ID,
    "package_id": "d1",
    "url": "https://example.org/a",
    "name": "A",
    "format": "CSV",
    "odd": "kept",
    "metadata_modified": "1",
    "position": 1,
}
NOT_FOUND = refusal(404, "Not Found Error", message="Not found")
FAILED_MATCH = refusal(409, "Validation Error", match=["metadata_modified"])
LOST = TransportError("the connection broke", Outcome.UNKNOWN)


def dataset(mine: dict[str, Any] | None = MINE, modified: str = "1") -> dict[str, Any]:
    resources = [OTHER, *([mine] if mine is not None else [])]
    return {"id": "d1", "name": "air", "state": "active", "metadata_modified": modified, "resources": resources}


def written(mine: dict[str, Any], modified: str = "2") -> Any:
    return success({"package": dataset(mine, modified)})


def update(script: Script, resource: Any, **options: Any) -> CkanResource:
    updated = run(update_resource(resource, **{"upload": None, "strict": False, **options}), script)
    assert script.answers == []
    return updated


def test_one_field_is_written_within_the_whole_list() -> None:
    resource = CkanResource(MINE)
    resource.name = "New"
    script = Script(success(MINE), success(dataset()), written({**MINE, "name": "New"}))
    assert update(script, resource).name == "New"
    assert script.actions == ["resource_show", "package_show", "package_revise"]
    assert script.calls[2][1] == {
        "match": {"id": "d1", "metadata_modified": "1", "state": "active"},
        "filter": ["-resources"],
        "update": {"resources": [OTHER, {**MINE, "name": "New"}]},
    }
    assert not resource.is_modified()


def test_a_plain_dict_is_laid_over_what_is_there() -> None:
    script = Script(success(MINE), success(dataset()), written({**MINE, "name": "New"}))
    update(script, {"id": ID, "name": "New"})
    assert script.calls[2][1]["update"] == {"resources": [OTHER, {**MINE, "name": "New"}]}


@pytest.mark.parametrize("resource", [CkanResource(MINE), {"id": ID, "name": "A"}], ids=["object", "dict"])
def test_nothing_changed_is_nothing_written(resource: Any) -> None:
    script = Script(success(MINE), success(dataset()))
    assert update(script, resource) == MINE


def test_a_failed_match_is_merged_anew() -> None:
    resource = CkanResource(MINE)
    resource.name = "New"
    theirs = {**MINE, "description": "Theirs", "metadata_modified": "2"}
    script = Script(
        success(MINE),
        success(dataset()),
        FAILED_MATCH,
        success(dataset(theirs, "2")),
        written({**theirs, "name": "New"}, "3"),
    )
    assert update(script, resource).description == "Theirs"
    assert script.calls[4][1]["update"] == {"resources": [OTHER, {**theirs, "name": "New"}]}


def test_the_same_field_is_a_clash() -> None:
    resource = CkanResource(MINE)
    resource.name = "New"
    with pytest.raises(OperationFailure, match="name: was 'A', ours is 'New', theirs is 'Theirs'"):
        update(Script(success(MINE), success(dataset({**MINE, "name": "Theirs"}, "2"))), resource)


def test_the_same_change_from_two_sides_is_one() -> None:
    resource = CkanResource(MINE)
    resource.name = "New"
    assert update(Script(success(MINE), success(dataset({**MINE, "name": "New"}, "2"))), resource).name == "New"


def test_a_lost_answer_is_looked_into() -> None:
    resource = CkanResource(MINE)
    resource.name = "New"
    script = Script(success(MINE), success(dataset()), LOST, success(dataset({**MINE, "name": "New"}, "2")))
    assert update(script, resource).name == "New"


def test_a_resource_that_left_meanwhile_is_not_found() -> None:
    resource = CkanResource(MINE)
    resource.name = "New"
    script = Script(success(MINE), success(dataset()), FAILED_MATCH, success(dataset(None, "2")))
    with pytest.raises(NotFound, match="no longer in its dataset"):
        update(script, resource)


def test_a_resource_of_a_dataset_that_was_read_is_written_alone() -> None:
    whole = CkanDataset(dataset())
    whole["title"] = "Not to be written"
    whole.resources[1].name = "New"
    script = Script(success(MINE), success(dataset()), written({**MINE, "name": "New"}))
    update(script, whole.resources[1])
    assert set(script.calls[2][1]["update"]) == {"resources"}
    assert not whole.resources[1].is_modified()
    assert set(whole.changes()) == {"title"}


def test_a_file_goes_with_the_fields_where_these_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\n1\n")
    script = Script(success({**MINE, "url_type": "upload"}))
    wanted = {"package_id": "d1", "name": "A", "url": None, "description": None}
    made = run(create_resource(wanted, upload=path, strict=False), script)
    assert made.url_type == "upload"
    (request,) = script.requests
    assert request.path.endswith("/resource_create")
    assert dict(request.fields) == {"name": "A", "description": "", "package_id": "d1"}
    ((field, upload),) = request.uploads
    assert (field, upload.filename, upload.content) == ("upload", "a.csv", path)


@pytest.mark.parametrize("value", [["list"], {"an": "object"}, True, 5], ids=["list", "object", "boolean", "number"])
def test_a_file_is_sent_after_fields_that_a_form_would_spoil(tmp_path: Path, value: Any) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a\n1\n")
    made = {**MINE, "custom": value}
    script = Script(success(made), success({**made, "url_type": "upload"}))
    run(create_resource({"package_id": "d1", "name": "A", "custom": value}, upload=path, strict=False), script)
    first, second = script.requests
    assert (first.path.rpartition("/")[2], first.uploads) == ("resource_create", ())
    assert script.calls[0][1] == {"name": "A", "custom": value, "package_id": "d1", "format": "csv"}
    assert (second.path.rpartition("/")[2], second.fields) == ("resource_patch", (("id", ID),))
    assert [field for field, _ in second.uploads] == ["upload"]


def test_a_created_resource_leaves_out_what_the_server_makes_and_tells_what_was_dropped() -> None:
    wanted = CkanResource({"package_id": "d1", "name": "A", "position": 3, "metadata_modified": "x", "gone": 1})
    script = Script(success(MINE))
    with pytest.warns(BadApiWarning, match="gone: sent 1, got ABSENT"):
        run(create_resource(wanted, upload=None, strict=False), script)
    assert script.calls == [("resource_create", {"name": "A", "gone": 1, "package_id": "d1"})]


@pytest.mark.parametrize("resource", [{"url": "x"}, {"url": "x", "package_id": ""}])
def test_a_resource_of_no_dataset_is_refused_before_anything_is_sent(resource: Any) -> None:
    with pytest.raises(ValueError, match="package_id"):
        run(create_resource(resource, upload=None, strict=False), Script())


def test_an_update_without_an_id_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="has no id"):
        update(Script(), {"name": "New"})


def test_a_name_is_no_id() -> None:
    with pytest.raises(NotFound, match="id mismatch"):
        run(get_resource("A", anonymous=False), Script(success(MINE)))
    with pytest.raises(NotFound, match="id mismatch"):
        update(Script(success(MINE)), {"id": "A", "name": "New"})


def test_a_delete_by_name_deletes_nothing() -> None:
    script = Script(success(MINE))
    with pytest.raises(NotFound, match="id mismatch"):
        run(delete_resource("A"), script)
    assert script.actions == ["resource_show"]


@pytest.mark.parametrize(
    "answers",
    [[success(MINE), success(None)], [NOT_FOUND], [success(MINE), NOT_FOUND]],
    ids=["there", "absent", "gone-meanwhile"],
)
def test_a_delete_of_what_is_gone_is_no_error(answers: list[Any]) -> None:
    script = Script(*answers)
    run(delete_resource(ID), script)
    assert script.answers == []
