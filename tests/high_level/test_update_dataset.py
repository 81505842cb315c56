"""Updating: read, merge, write under a match; again where somebody was faster, or where the answer was lost."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import (
    BadApiWarning,
    NameTaken,
    NotAuthorized,
    NotFound,
    OperationFailure,
    Outcome,
    TransportError,
    ValidationError,
)
from ckan_api_client.high_level.datasets import update_dataset
from ckan_api_client.objects import CkanDataset
from ckan_api_client.wire.flow import run
from ckan_api_client.wire.messages import Response
from driving import Script, page, refusal, success

ID = "8a5bdb2e-1a9a-4ee2-9f0d-0b5a7c1b6f01"
FAILED_MATCH = refusal(409, "Validation Error", match=["metadata_modified"])
LOST = TransportError("the connection broke", Outcome.UNKNOWN)
NOT_SENT = TransportError("refused", Outcome.NOT_SENT)


def shown(modified: str = "1", **fields: Any) -> dict[str, Any]:
    """Return a dataset as package_show gives it."""
    return {
        "id": ID,
        "name": "air",
        "title": "Air",
        "notes": "",
        "private": False,
        "state": "active",
        "metadata_modified": f"2024-05-01T10:00:00.00000{modified}",
        "groups": [],
        "tags": [{"name": "one"}],
        "extras": [{"key": "a", "value": "1"}, {"key": "b", "value": "2"}],
        "resources": [{"id": "r1", "url": "https://example.org/a", "name": "A", "format": "CSV", "odd": 1}],
        **fields,
    }


def revised(**fields: Any) -> Response:
    return success({"package": shown(**fields)})


def changed(**windows: Any) -> CkanDataset:
    """Return a dataset that was read, with some windows set since."""
    dataset = CkanDataset(shown())
    for name, value in windows.items():
        setattr(dataset, name, value)
    return dataset


def update(script: Script, dataset: Any, *, strict: bool = False) -> CkanDataset:
    result = run(update_dataset(dataset, strict=strict), script)
    assert script.answers == []
    return result


def test_only_what_changed_is_written_under_a_match_on_the_present_state() -> None:
    script = Script(success(shown()), revised(title="New", modified="2"))
    assert update(script, changed(title="New")).title == "New"
    assert script.calls == [
        ("package_show", {"id": ID}),
        (
            "package_revise",
            {
                "match": {
                    "id": ID,
                    "metadata_modified": "2024-05-01T10:00:00.000001",
                    "state": "active",
                    "title": "Air",
                },
                "update": {"title": "New"},
            },
        ),
    ]


def test_a_list_is_filtered_out_and_given_whole() -> None:
    dataset = changed()
    dataset.extras["a"] = "3"
    written = [{"key": "a", "value": "3"}, {"key": "b", "value": "2"}]
    script = Script(success(shown()), revised(extras=written))
    update(script, dataset)
    _, arguments = script.calls[1]
    assert (arguments["filter"], arguments["update"]) == (["-extras"], {"extras": written})


def test_a_key_that_was_removed_is_filtered_out() -> None:
    dataset = changed()
    del dataset["notes"]
    script = Script(success(shown()), revised(notes=None))
    update(script, dataset)
    _, arguments = script.calls[1]
    assert (arguments["filter"], arguments["update"]) == (["-notes"], {})


def test_nothing_changed_is_nothing_written() -> None:
    script = Script(success(shown()))
    assert update(script, changed()) == shown()
    assert script.actions == ["package_show"]


def test_what_somebody_else_changed_to_another_value_is_told() -> None:
    script = Script(success(shown("2", title="Theirs")))
    with pytest.raises(OperationFailure, match="title: was 'Air', ours is 'New', theirs is 'Theirs'"):
        update(script, changed(title="New"))
    assert script.actions == ["package_show"]


def test_what_somebody_else_changed_to_the_same_value_needs_no_write() -> None:
    there = shown("2", title="New")
    script = Script(success(there))
    assert update(script, changed(title="New")) == there
    assert script.actions == ["package_show"]


def test_the_same_tag_from_two_sides_is_one_tag() -> None:
    dataset = changed()
    dataset.tags.add("new")
    there = shown("2", tags=[{"name": "new"}, {"name": "one"}])
    assert update(Script(success(there)), dataset) == there


def test_the_object_that_was_written_counts_as_saved() -> None:
    dataset = changed(title="New")
    dataset.resources.append({"url": "https://example.org/new", "format": "csv"})
    made = {"id": "r2", "url": "https://example.org/new", "format": "CSV"}
    there = shown("2", title="New", resources=[*shown()["resources"], made])
    update(Script(success(shown()), success({"package": there})), dataset)
    assert not dataset.is_modified()
    assert dataset.resources[1] == {"id": "r2", "url": "https://example.org/new", "format": "csv"}
    update(Script(success(there)), dataset)

    dataset.notes = "More"
    dataset.resources[1].name = "Second"
    script = Script(success(there), success({"package": {**there, "notes": "More"}}))
    with pytest.warns(BadApiWarning, match=r"resources\[1\].name"):
        update(script, dataset)
    _, arguments = script.calls[1]
    assert arguments["update"] == {
        "notes": "More",
        "resources": [*shown()["resources"], {**made, "format": "CSV", "name": "Second"}],
    }


def test_after_a_failed_match_it_is_read_again_and_merged_over_what_is_there_now() -> None:
    script = Script(
        success(shown()),
        FAILED_MATCH,
        success(shown("2", notes="Theirs", extras=[{"key": "a", "value": "1"}, {"key": "b", "value": "theirs"}])),
        revised(modified="3", title="New"),
    )
    dataset = changed(title="New")
    dataset.extras["a"] = "ours"
    with pytest.warns(BadApiWarning):  # The last answer is made up of less.
        update(script, dataset)
    _, arguments = script.calls[3]
    assert arguments["match"]["metadata_modified"] == "2024-05-01T10:00:00.000002"
    assert arguments["update"] == {
        "title": "New",
        "extras": [{"key": "a", "value": "ours"}, {"key": "b", "value": "theirs"}],
    }


def test_a_lost_answer_to_a_write_that_was_made_is_found_and_not_written_again() -> None:
    script = Script(success(shown()), LOST, success(shown("2", title="New")))
    assert update(script, changed(title="New")).title == "New"
    assert script.actions == ["package_show", "package_revise", "package_show"]


@pytest.mark.parametrize(
    "failure", [LOST, page(502, "<title>Bad Gateway</title>"), refusal(500, "Internal Server Error")]
)
def test_a_lost_answer_to_a_write_that_was_not_made_is_written_again(failure: Any) -> None:
    script = Script(success(shown()), failure, success(shown()), revised(title="New"))
    assert update(script, changed(title="New")).title == "New"
    assert script.actions == ["package_show", "package_revise", "package_show", "package_revise"]
    assert script.sleeps == [1.0]


def test_a_new_resource_whose_answer_was_lost_is_not_added_twice() -> None:
    dataset = changed()
    dataset.resources.append({"url": "https://example.org/new", "name": "New", "format": "csv"})
    made = {"id": "r2", "url": "https://example.org/new", "name": "New", "format": "CSV", "position": 1}
    script = Script(success(shown()), LOST, success(shown("2", resources=[*shown()["resources"], made])))
    assert [one.id for one in update(script, dataset).resources] == ["r1", "r2"]
    assert script.actions == ["package_show", "package_revise", "package_show"]


def test_a_lost_answer_is_found_though_ckan_normalised_what_it_was_sent() -> None:
    dataset = changed(author_email=" me@example.org ")
    del dataset["notes"]
    dataset.extras["a"] = 5
    dataset.extras["c"] = True
    dataset.resources[0].format = "pdf"
    made = shown(
        "2",
        author_email="me@example.org",
        notes=None,
        extras=[{"key": "a", "value": "5"}, {"key": "b", "value": "2"}, {"key": "c", "value": "true"}],
        resources=[{**shown()["resources"][0], "format": "PDF"}],
    )
    script = Script(success(shown()), LOST, success(made))
    assert update(script, dataset) == made
    assert script.actions == ["package_show", "package_revise", "package_show"]


def test_two_equal_new_resources_are_two_though_one_is_there() -> None:
    dataset = changed()
    new = {"url": "https://example.org/new"}
    dataset.resources.extend([new, new])
    there = [*shown()["resources"], {"id": "r2", **new}]
    both = [*there, {"id": "r3", **new}]
    script = Script(success(shown("2", resources=there)), revised(modified="3", resources=both))
    update(script, dataset)
    _, arguments = script.calls[1]
    assert arguments["update"] == {"resources": [*there, new]}


def test_a_new_resource_goes_where_it_was_put() -> None:
    dataset = changed()
    new = {"url": "https://example.org/new"}
    dataset.resources.insert(0, new)
    written = [new, *shown()["resources"]]
    script = Script(success(shown()), revised(resources=[{"id": "r2", **new}, *shown()["resources"]]))
    update(script, dataset)
    _, arguments = script.calls[1]
    assert arguments["update"] == {"resources": written}


def test_three_failed_matches_are_the_end() -> None:
    script = Script(
        success(shown()),
        *(FAILED_MATCH, success(shown("2"))),
        *(FAILED_MATCH, success(shown("3"))),
        *(FAILED_MATCH, success(shown("4"))),
    )
    with pytest.raises(OperationFailure, match="could not be written in 3 tries") as failure:
        update(script, changed(title="New"))
    assert script.actions == ["package_show", *["package_revise", "package_show"] * 3]
    assert isinstance(failure.value.__cause__, ValidationError)


def test_a_clash_names_the_path_and_the_three_values() -> None:
    script = Script(success(shown("2", title="Theirs")))
    with pytest.raises(OperationFailure, match="title: was 'Air', ours is 'New', theirs is 'Theirs'"):
        update(script, changed(title="New"))
    assert script.actions == ["package_show"]


def test_a_clash_after_a_failed_match_names_it_too() -> None:
    script = Script(success(shown()), FAILED_MATCH, success(shown("2", title="Theirs")))
    with pytest.raises(OperationFailure, match="theirs is 'Theirs'"):
        update(script, changed(title="New"))
    assert script.answers == []


@pytest.mark.parametrize(
    ("theirs", "told"),
    [
        ({"extras": [{"key": "a", "value": "theirs"}]}, "extras.a: was"),
        ({"resources": [{**shown()["resources"][0], "name": "Theirs"}]}, r"resources.r1.name: was 'A', ours is 'Ours'"),
        (
            {"resources": [{**shown()["resources"][0], "datastore_active": True}]},
            r"resources.r1.datastore_active: was None",
        ),
        ({"resources": []}, "resources.r1: was"),
    ],
    ids=["extra", "resource", "resource-key-that-is-not-compared", "resource-removed"],
)
def test_a_clash_within_a_list_is_told_by_its_key(theirs: dict[str, Any], told: str) -> None:
    dataset = changed()
    dataset.extras["a"] = "ours"
    dataset.resources[0].name = "Ours"
    dataset.resources[0]["datastore_active"] = False
    with pytest.raises(OperationFailure, match=told):
        update(Script(success(shown("2", **theirs))), dataset)


def test_what_was_refused_is_raised_and_not_tried_again() -> None:
    script = Script(success(shown()), refusal(409, "Validation Error", author_email=["not a valid email"]))
    with pytest.raises(ValidationError) as refused:
        update(script, changed(author_email="nobody"))
    assert refused.value.errors == {"author_email": ["not a valid email"]}


def test_a_rename_onto_a_taken_name_says_whose_it_is() -> None:
    script = Script(
        success(shown()),
        refusal(409, "Validation Error", name=["Questa URL è già stata usata."]),
        success(shown(id="other-id", name="water")),
    )
    with pytest.raises(NameTaken, match="by dataset 'other-id'"):
        update(script, changed(name="water"))


@pytest.mark.parametrize("key", ["metadata_modified", "organization", "num_tags", "creator_user_id"])
def test_a_changed_key_that_the_server_makes_is_refused_before_anything_is_sent(key: str) -> None:
    dataset = changed()
    dataset[key] = "ours"
    with pytest.raises(ValueError, match=key):
        update(Script(), dataset)


def test_repeated_extras_are_refused_before_anything_is_sent() -> None:
    dataset = changed()
    dataset["extras"] = [{"key": "a", "value": "1"}, {"key": "a", "value": "2"}]
    with pytest.raises(ValueError, match=r"repeated extras: 'a'"):
        update(Script(), dataset)


def test_a_plain_dict_writes_only_what_differs_and_keeps_the_resources_ids() -> None:
    wanted = {
        "id": ID,
        "title": "Air",
        "tags": ["one"],
        "resources": [{"url": " https://example.org/a", "format": "csv", "description": "New"}],
    }
    written = [
        {
            "id": "r1",
            "url": " https://example.org/a",
            "name": "A",
            "format": "csv",
            "odd": 1,
            "description": "New",
        }
    ]
    script = Script(
        success(shown()), revised(resources=[{**shown()["resources"][0], "description": "New"}], modified="2")
    )
    update(script, wanted)
    _, arguments = script.calls[1]
    assert (arguments["filter"], arguments["update"]) == (["-resources"], {"resources": written})


def test_a_plain_dict_that_was_read_is_refused_where_the_dataset_changed_since() -> None:
    wanted = {**shown(), "title": "New"}
    with pytest.raises(OperationFailure, match="metadata_modified"):
        update(Script(success(shown("2", notes="Theirs"))), wanted)


def test_a_plain_dict_that_was_read_is_written_where_nothing_changed_since() -> None:
    script = Script(success(shown()), revised(title="New"))
    update(script, {**shown(), "title": "New"})
    _, arguments = script.calls[1]
    assert arguments["update"] == {"title": "New"}


@pytest.mark.parametrize("wanted", [{"title": "New"}, {"id": "", "title": "New"}, CkanDataset(title="New")])
def test_without_an_id_nothing_is_sent(wanted: Any) -> None:
    with pytest.raises(ValueError, match="has no id"):
        update(Script(), wanted)


def test_a_name_in_the_place_of_the_id_is_not_found() -> None:
    script = Script(success(shown()))
    with pytest.raises(NotFound, match="id mismatch"):
        update(script, {"id": "air", "title": "New"})


def test_what_is_in_the_trash_is_not_found() -> None:
    with pytest.raises(NotFound, match="state is deleted"):
        update(Script(success(shown(state="deleted"))), {"id": ID, "title": "New"})


def test_what_ckan_drops_is_a_warning_that_names_it() -> None:
    dataset = changed(title="New")
    dataset["colour"] = "blue"
    with pytest.warns(BadApiWarning, match="colour: sent 'blue', got ABSENT"):
        update(Script(success(shown()), revised(title="New")), dataset)


def test_what_ckan_drops_is_an_operation_failure_where_that_was_asked_for() -> None:
    dataset = changed(title="New")
    dataset["colour"] = "blue"
    with pytest.raises(OperationFailure, match="colour: sent 'blue', got ABSENT"):
        update(Script(success(shown()), revised(title="New")), dataset, strict=True)


def test_an_editor_who_is_refused_gives_again_only_the_groups_it_may_manage() -> None:
    both = [{"id": "g1", "name": "theirs"}, {"id": "g2", "name": "mine"}]
    script = Script(
        success(shown(groups=both)),
        refusal(403, "Authorization Error", message="not authorized to edit these groups"),
        success([{"id": "g2", "name": "mine"}]),
        revised(groups=both, title="New"),
    )
    dataset = CkanDataset(shown(groups=both))
    dataset.title = "New"
    update(script, dataset)
    assert script.calls[2] == ("group_list_authz", {"am_member": True})
    _, arguments = script.calls[3]
    assert (arguments["filter"], arguments["update"]) == (["-groups"], {"title": "New", "groups": [both[1]]})


def test_a_refusal_that_has_nothing_to_do_with_groups_stays_what_it_was() -> None:
    forbidden = refusal(403, "Authorization Error", message="Access denied")
    with pytest.raises(NotAuthorized, match="Access denied"):
        update(Script(success(shown()), forbidden), changed(title="New"))
    group = [{"id": "g1", "name": "theirs"}]
    dataset = CkanDataset(shown(groups=group))
    dataset.title = "New"
    script = Script(
        success(shown(groups=group)), forbidden, success([]), refusal(403, "Authorization Error", message="x")
    )
    with pytest.raises(NotAuthorized, match="Access denied"):
        update(script, dataset)


def test_a_request_that_never_left_is_raised_for_the_retries_had_their_turn() -> None:
    script = Script(success(shown()), NOT_SENT)
    with pytest.raises(TransportError, match="refused"):
        update(script, changed(title="New"))


def test_an_immense_term_is_raised_and_not_tried_again() -> None:
    script = Script(success(shown()), refusal(500, "Search Index Error", message="at least one immense term"))
    with pytest.raises(Exception, match="immense term"):
        update(script, changed(title="New"))
    assert script.actions == ["package_show", "package_revise"]
