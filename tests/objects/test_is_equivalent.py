"""Objects are equivalent when nothing that a person could have edited differs."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.objects import ABSENT, CkanDataset, CkanGroup, CkanOrganization, CkanResource


def test_ids_timestamps_and_what_ckan_derives_do_not_count(raw: dict[str, Any]) -> None:
    other = {**raw, "id": "other", "metadata_modified": "2025-01-01T00:00:00", "num_tags": 9, "creator_user_id": "u"}
    assert CkanDataset(raw).is_equivalent(other)
    assert CkanDataset(raw) != other


def test_none_empty_and_absent_are_the_same_text(raw: dict[str, Any]) -> None:
    other = CkanDataset(raw)
    del other.notes
    assert other.is_equivalent(raw)
    assert CkanDataset(raw).is_equivalent({**raw, "notes": ""})


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"notes": "x"}, {}),
        ({"extras": []}, {"extras": [{"key": "k", "value": "v"}]}),
        ({"resources": [{"url": "a"}, {"url": "b"}]}, {"resources": [{"url": "b"}, {"url": "a"}]}),
        ({"groups": []}, {"groups": [{"name": "g"}]}),
        ({"state": "deleted"}, {}),
    ],
)
def test_equivalence_has_no_direction(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert not CkanDataset(mine).is_equivalent(theirs)
    assert not CkanDataset(theirs).is_equivalent(mine)


def test_differences_tell_what_ckan_changed_or_dropped(raw: dict[str, Any]) -> None:
    sent = CkanDataset(raw)
    got = CkanDataset(raw, title="Other")
    del got["spatial_theme"]
    got["more"] = "from a plugin"
    got.resources[0].format = "TXT"
    got.extras.pop("a")
    assert sent.differences(got) == {
        "title": ("Air quality", "Other"),
        "spatial_theme": ({"code": 7, "labels": ["air", "land"]}, ABSENT),
        "extras.a": ("1", ABSENT),
        "resources[0].format": ("CSV", "TXT"),
    }


def test_differences_are_copies(raw: dict[str, Any]) -> None:
    sent = CkanDataset(raw)
    sent.differences({})["spatial_theme"][0]["code"] = 8
    assert not sent.is_modified()


def test_other_objects_have_their_own_equivalence() -> None:
    assert CkanResource(format="csv", url="x.org").is_equivalent({"format": "CSV", "url": "http://x.org", "id": "r"})
    assert not CkanResource(format="csv").is_equivalent(CkanResource(format="pdf"))
    assert CkanOrganization(name="o").is_equivalent({"name": "o", "users": [{"name": "u"}], "package_count": 3})
    assert CkanGroup(name="g").differences({"name": "h"}) == {"name": ("g", "h")}
