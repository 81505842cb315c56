"""Which conflicts there are to tell, of what people said and what the source says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.testing import EmbeddedCkan
from fire.material import Material, Record, changed
from fire.people import Deed, Edit, People

RECORD = Material("fire", ("org",), ("group",), size=1).records()["r00"]
ID = "0f3b1c2d-0000-4000-8000-000000000001"


def dataset(record: Record) -> dict[str, object]:
    extras = [{"key": key, "value": value} for key, value in record["extras"].items()]
    return {
        "id": ID,
        "name": "fire-r00",
        "title": record["title"],
        "author": record["author"],
        "extras": extras,
        "notes": record["notes"],
    }


@pytest.fixture
def people(ckan: EmbeddedCkan) -> Iterator[People]:
    with CkanLowlevelClient(ckan.url, ckan.sysadmin_token) as client:
        client.action.package_create(**dataset(RECORD), owner_org="test-org")
        yield People(client)


@pytest.mark.parametrize(
    ("deed", "told"),
    [
        ("title", ("r00", "title", f"{RECORD['title']} at turn 2", "mine")),
        ("author", ("r00", "author", "Author at turn 2", "mine")),
        ("turn", ("r00", "extras.turn", "2", "mine")),
        ("notes", None),
        ("tag", None),
    ],
)
def test_a_conflict_has_to_be_told_where_the_source_has_changed_too(
    people: People, deed: Deed, told: tuple[str, ...] | None
) -> None:
    people.edit(ID, Edit("r00", deed, "mine"))
    assert people.edits[0].conflict_with(RECORD) is None
    assert people.edits[0].conflict_with(changed(RECORD, 2)) == told


def test_what_people_said_anew_is_over_what_the_source_had_said(people: People) -> None:
    people.edit(ID, Edit("r00", "author", "first"))
    people.edit(ID, Edit("r00", "author", "second"))
    assert [(edit.text, edit.over) for edit in people.edits] == [("second", "Author 0")]
    assert people.said("r00", "author") == {"first", "second"}
