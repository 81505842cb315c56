"""Creating: once, even where the answer is lost; and what a refusal means."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import (
    BadApiWarning,
    HTTPError,
    NameTaken,
    OperationFailure,
    Outcome,
    SearchError,
    ServerError,
    TransportError,
    ValidationError,
)
from ckan_api_client.high_level.datasets import create_dataset
from ckan_api_client.objects import CkanDataset
from ckan_api_client.wire.flow import run
from driving import Script, page, refusal, success

ID = "8a5bdb2e-1a9a-4ee2-9f0d-0b5a7c1b6f01"
WANTED = {"name": "air", "title": "Air", "owner_org": "org", "tags": ["one"], "extras": {"n": 5}}
SENT = {
    "name": "air",
    "title": "Air",
    "owner_org": "org",
    "tags": [{"name": "one"}],
    "extras": [{"key": "n", "value": 5}],
}
MADE = {
    **SENT,
    "id": ID,
    "state": "active",
    "owner_org": "org-id",
    "organization": {"id": "org-id", "name": "org"},
    "extras": [{"key": "n", "value": "5"}],
    "resources": [],
}
OTHER = {**MADE, "id": "other-id", "title": "Somebody else's"}
LOST = TransportError("the connection broke", Outcome.UNKNOWN)
NOT_SENT = TransportError("refused", Outcome.NOT_SENT)
TIMEOUT = page(504, "<title>504 Gateway Time-out</title>")
NOT_FOUND = refusal(404, "Not Found Error", message="Not found")
FORBIDDEN = refusal(403, "Authorization Error", message="Access denied")
TAKEN = refusal(409, "Validation Error", name=["Questa URL è già stata usata."])


def create(script: Script, dataset: Any, *, strict: bool = False) -> CkanDataset:
    made = run(create_dataset(dataset, strict=strict), script)
    assert script.answers == []
    return made


def test_a_dataset_is_sent_in_ckans_shapes_and_comes_back_as_it_was_made() -> None:
    script = Script(success(MADE))
    assert create(script, WANTED) == MADE
    assert script.calls == [("package_create", SENT)]


def test_what_the_server_makes_is_not_sent() -> None:
    script = Script(success(MADE))
    create(script, CkanDataset({**WANTED, "id": None, "metadata_modified": "2024", "num_tags": 3, "organization": {}}))
    assert script.calls == [("package_create", SENT)]


def test_an_id_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="use update_dataset"):
        create(Script(), {**WANTED, "id": ID})


def test_repeated_extras_are_refused_before_anything_is_sent() -> None:
    with pytest.raises(ValueError, match="repeated extras: 'a'"):
        create(Script(), {**WANTED, "extras": [{"key": "a", "value": "1"}] * 2})


@pytest.mark.parametrize("failure", [LOST, TIMEOUT, refusal(500, "Internal Server Error")], ids=["cut", "504", "500"])
def test_what_was_made_though_the_answer_was_lost_is_found_and_not_made_twice(failure: Any) -> None:
    script = Script(failure, success(MADE))
    assert create(script, WANTED).id == ID
    assert script.actions == ["package_create", "package_show"]
    assert script.calls[1] == ("package_show", {"id": "air"})


def test_what_was_not_made_is_made_by_a_second_try() -> None:
    script = Script(TIMEOUT, NOT_FOUND, success(MADE))
    assert create(script, WANTED).id == ID
    assert script.actions == ["package_create", "package_show", "package_create"]
    assert script.sleeps == [1.0]


def test_a_first_try_that_was_carried_out_late_refuses_the_second_and_is_found() -> None:
    script = Script(TIMEOUT, NOT_FOUND, TAKEN, success(MADE))
    assert create(script, WANTED).id == ID
    assert script.actions == ["package_create", "package_show", "package_create", "package_show"]


def test_a_name_that_somebody_else_took_in_between_is_taken() -> None:
    script = Script(TIMEOUT, NOT_FOUND, TAKEN, success(OTHER), success(OTHER))
    with pytest.raises(NameTaken, match="by dataset 'other-id'"):
        create(script, WANTED)


def test_somebody_elses_dataset_after_a_lost_answer_is_not_ours() -> None:
    with pytest.raises(TransportError, match="the connection broke"):
        create(Script(LOST, success(OTHER)), WANTED)


def test_three_lost_answers_are_the_end() -> None:
    script = Script(TIMEOUT, NOT_FOUND, TIMEOUT, NOT_FOUND, TIMEOUT, NOT_FOUND)
    with pytest.raises(ServerError, match="504"):
        create(script, WANTED)
    assert script.sleeps == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (NOT_SENT, TransportError),
        (refusal(500, "Search Index Error", message="at least one immense term"), SearchError),
        (FORBIDDEN, HTTPError),
        (refusal(409, "Validation Error", author_email=["not a valid email"]), ValidationError),
    ],
    ids=["never-left", "immense-term", "forbidden", "invalid"],
)
def test_what_cannot_have_happened_is_raised_at_once(failure: Any, error: type[Exception]) -> None:
    script = Script(failure)
    with pytest.raises(error):
        create(script, WANTED)
    assert script.actions == ["package_create"]


def test_without_a_name_a_lost_answer_cannot_be_looked_into() -> None:
    with pytest.raises(TransportError):
        create(Script(LOST), {"title": "No name"})


@pytest.mark.parametrize(
    ("holder", "told"),
    [(success(OTHER), "by dataset 'other-id'"), (FORBIDDEN, "that you may not see")],
    ids=["seen", "hidden"],
)
def test_a_taken_name_says_by_whom(holder: Any, told: str) -> None:
    with pytest.raises(NameTaken, match=told) as refused:
        create(Script(TAKEN, holder), WANTED)
    assert refused.value.errors == {"name": ["Questa URL è già stata usata."]}
    assert isinstance(refused.value.__cause__, ValidationError)


@pytest.mark.parametrize("holder", [NOT_FOUND, success({**OTHER, "state": "deleted"})], ids=["nobody", "in-the-trash"])
def test_a_refused_name_that_no_live_dataset_has_is_what_it_was(holder: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        create(Script(TAKEN, holder), WANTED)
    assert not isinstance(refused.value, NameTaken)


def test_a_missing_organization_says_what_to_add() -> None:
    missing = refusal(409, "Validation Error", owner_org=["An organization must be provided"])
    with pytest.raises(ValidationError, match="add owner_org"):
        create(Script(missing), {"name": "air"})


def test_a_wrong_organization_is_what_it_was() -> None:
    wrong = refusal(409, "Validation Error", owner_org=["Organization does not exist"])
    with pytest.raises(ValidationError) as refused:
        create(Script(wrong), WANTED)
    assert "add owner_org" not in str(refused.value)


def test_what_ckan_drops_is_told() -> None:
    with pytest.warns(BadApiWarning, match="colour: sent 'blue', got ABSENT"):
        create(Script(success(MADE)), {**WANTED, "colour": "blue"})
    with pytest.raises(OperationFailure, match="colour: sent 'blue', got ABSENT"):
        create(Script(success(MADE)), {**WANTED, "colour": "blue"}, strict=True)
