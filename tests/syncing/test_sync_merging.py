"""What a record makes of the dataset that is there."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.syncing.merging import Merged, merge
from ckan_api_client.syncing.plan import FieldChange
from ckan_api_client.syncing.rules import Rules
from ckan_api_client.syncing.strategies import Strategies
from merging_model import IDENTITY, MARKER, RULES, SOURCE_WINS, Remembered, World, dataset, derived, record


def merged(data: dict[str, Any], current: dict[str, Any], rules: Rules = RULES) -> Merged:
    """Merge without any memory."""
    return merge(data, current, None, rules, identity=IDENTITY)


def written(data: dict[str, Any], current: dict[str, Any], rules: Rules = SOURCE_WINS) -> dict[str, Any]:
    return merged(data, current, rules).values


def test_nothing_is_written_where_nothing_differs() -> None:
    assert merged(record(notes=None, tags=[], resources=[]), dataset()) == Merged({}, (), (), {})


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"notes": None}, {"notes": ""}),
        ({"notes": ""}, {"notes": None}),
        ({"title": " T "}, {"title": "T"}),
        ({"title": "t"}, {"title": "t", "name": "t"}),
        ({"private": False}, {"private": False}),
        ({"author_email": " a@b.cd "}, {"author_email": "a@b.cd"}),
    ],
    ids=["null is blank", "blank is null", "stripped", "title is name", "private", "e-mail stripped"],
)
@pytest.mark.parametrize("rules", [RULES, SOURCE_WINS], ids=["catalog", "source"])
def test_what_ckan_shows_in_another_form_is_no_difference(
    sent: dict[str, Any], shown: dict[str, Any], rules: Rules
) -> None:
    assert merged(record(**sent), dataset(**shown), rules) == Merged({}, (), (), {})


def test_what_ckan_makes_of_a_value_is_no_change_of_theirs() -> None:
    """A site may store whatever it likes: what it showed last time is what its next answer is compared with."""
    base = Remembered(record(notes="as sent"), dataset(notes="as a plugin made it"))
    same = merge(record(notes="as sent"), dataset(notes="as a plugin made it"), base, RULES, identity=IDENTITY)
    assert (same.values, same.kept) == ({}, {})
    changed = merge(record(notes="new"), dataset(notes="as a plugin made it"), base, RULES, identity=IDENTITY)
    assert (changed.values, changed.conflicts) == ({"notes": "new"}, ())


def test_what_the_source_did_not_give_was_never_agreed_on() -> None:
    """A person wrote notes where the source had none: the source's first ones do not replace them."""
    base = Remembered(record(), dataset(notes="by hand"))
    first = merge(record(notes="first"), dataset(notes="by hand"), base, RULES, identity=IDENTITY)
    assert (first.values, len(first.conflicts)) == ({}, 1)


def test_a_scalar_that_the_record_mentions_becomes_the_record_s_where_the_source_wins() -> None:
    assert written(record(title="New", notes=None), dataset(notes="by hand")) == {"title": "New", "notes": None}


def test_a_scalar_that_the_record_does_not_mention_stays() -> None:
    assert written(record(), dataset(notes="by hand", author="somebody")) == {}


def test_a_title_that_ckan_made_of_the_name_gives_way() -> None:
    assert written(record(title="New"), dataset(title="t"), RULES) == {"title": "New"}


def test_private_gives_way_only_to_more_privacy() -> None:
    assert written(record(private=True), dataset(private=False), RULES) == {"private": True}
    assert written(record(private=False), dataset(private=True), RULES) == {}


def test_what_is_no_text_stays_when_the_source_says_it_no_more() -> None:
    base = Remembered(record(private=True), dataset(private=True))
    assert merge(record(), dataset(private=True), base, RULES, identity=IDENTITY).values == {}


def test_an_extra_is_set_by_its_key_and_others_stay() -> None:
    there = [{"key": "by hand", "value": "x"}, {"key": "depth", "value": "2"}, MARKER]
    data = record(extras=[{"key": "depth", "value": "3"}, {"key": "new", "value": "y"}])
    assert written(data, dataset(extras=there)) == {
        "extras": [
            {"key": "by hand", "value": "x"},
            {"key": "depth", "value": "3"},
            MARKER,
            {"key": "new", "value": "y"},
        ]
    }


def test_an_extra_that_the_site_shows_as_a_field_is_compared_and_written_there() -> None:
    data = record(extras=[{"key": "spatial", "value": "x"}])
    assert written(data, dataset(spatial="x")) == {}
    assert written(data, dataset(spatial="y")) == {"spatial": "x"}
    assert written(data, dataset(spatial=None), RULES) == {"spatial": "x"}
    base = Remembered(data, dataset(spatial="x"))
    assert merge(record(), dataset(spatial="x"), base, RULES, identity=IDENTITY).values == {"spatial": ""}


def test_an_extra_may_be_called_like_something_that_ckan_shows_of_its_own() -> None:
    data = record(extras=[{"key": "license_title", "value": "x"}])
    there = dataset(license_title="CC", extras=[MARKER])
    assert written(data, there, RULES) == {"extras": [MARKER, {"key": "license_title", "value": "x"}]}


def test_what_the_site_adds_to_the_extras_is_not_sent_back() -> None:
    there = dataset(extras=[MARKER, {"key": "harvest_object_id", "value": "1"}])
    data = record(extras=[{"key": "a", "value": "b"}])
    elsewhere = written(data, there)
    assert elsewhere["extras"] == [*there["extras"], {"key": "a", "value": "b"}]
    harvesting = Rules(server_made_extras=frozenset({"harvest_object_id"}))
    assert written(data, there, harvesting) == {"extras": [MARKER, {"key": "a", "value": "b"}]}


def test_an_extra_without_text_that_left_the_source_goes_as_well() -> None:
    empty = [{"key": "a", "value": ""}]
    base = Remembered(record(extras=empty), dataset(extras=[MARKER, *empty]))
    values = merge(record(), dataset(extras=[MARKER, *empty]), base, RULES, identity=IDENTITY).values
    assert values == {"extras": [MARKER]}


def test_a_missing_marker_is_put_there() -> None:
    assert written(record(), dataset(extras=[]), RULES) == {"extras": [MARKER]}
    assert written(record(), dataset(extras=[], _harvest_source="geo:1"), RULES) == {}


def test_the_marker_is_nobody_s_to_change() -> None:
    """Whatever else is remembered under its path."""
    base = Remembered(record(), dataset(), {"extras._harvest_source": {"agreed": {"source": "x"}}})
    assert merge(record(), dataset(), base, RULES, identity=IDENTITY) == Merged({}, (), (), {})


def test_tags_are_added_beside_those_that_are_there_and_keep_what_ckan_knows_of_them() -> None:
    there = [{"name": "a", "id": "1"}, {"name": "b", "id": "2"}]
    assert written(record(tags=[{"name": "b"}, {"name": "c"}]), dataset(tags=there)) == {
        "tags": [{"name": "a", "id": "1"}, {"name": "b", "id": "2"}, {"name": "c"}]
    }
    assert written(record(tags=[{"name": "b"}, {"name": "a"}]), dataset(tags=there)) == {}
    assert written(record(), dataset(tags=there)) == {}


def test_tags_of_a_vocabulary_are_not_the_source_s() -> None:
    there = [{"name": "a", "vocabulary_id": "v"}, {"name": "b"}]
    base = Remembered(record(tags=[{"name": "a"}, {"name": "b"}]), dataset(tags=[*there, {"name": "a"}]))
    values = merge(record(tags=[]), dataset(tags=[*there, {"name": "a"}]), base, RULES, identity=IDENTITY).values
    assert values == {"tags": [{"name": "a", "vocabulary_id": "v"}]}


@pytest.mark.parametrize(
    ("strategy", "names"),
    [("add", ["mine", "both", "new"]), ("replace", ["both", "new"]), ("preserve", None)],
)
def test_groups_follow_the_strategy(strategy: Any, names: list[str] | None) -> None:
    there = [{"id": "1", "name": "mine"}, {"id": "2", "name": "both"}]
    data = record(groups=[{"name": "both"}, {"name": "new"}])
    values = written(data, dataset(groups=there), Rules(strategies=Strategies(dataset_group_merge_strategy=strategy)))
    assert [group["name"] for group in values.get("groups", [])] == (names or [])
    assert ("groups" in values) == (names is not None)


def test_a_group_that_a_person_took_off_stays_off_unless_groups_are_replaced() -> None:
    data = record(groups=[{"name": "x"}])
    there = World()
    there.create(data)
    there.edit(groups=[])
    for _ in range(2):
        assert there.sync(data).values == {}
    replacing = Rules(strategies=Strategies(dataset_group_merge_strategy="replace"))
    assert there.sync(data, replacing).values == {"groups": [{"name": "x"}]}


def test_groups_that_were_preserved_come_once_they_may() -> None:
    data = record(groups=[{"name": "x"}])
    there = World()
    there.create(record())
    preserving = Rules(strategies=Strategies(dataset_group_merge_strategy="preserve"))
    for _ in range(2):
        assert there.sync(data, preserving).values == {}
    assert there.sync(data).values == {"groups": [{"name": "x"}]}


def test_a_dataset_keeps_its_name_and_organization_unless_told_otherwise() -> None:
    data = record(owner_org="other", name="new-name")
    assert written(data, dataset()) == {}
    freely = Rules(strategies=Strategies(dataset_preserve_names=False, dataset_preserve_organization=False))
    assert written(data, dataset(), freely) == {"name": "new-name", "owner_org": "other"}
    assert written(data, dataset(owner_org=None, organization=None), RULES) == {"owner_org": "other"}
    assert written(data, dataset(), Rules(own=frozenset({"name"}))) == {"name": "new-name"}


def test_a_dataset_that_was_preserved_gets_its_name_and_organization_once_it_may() -> None:
    data = record(owner_org="other", name="new-name")
    there = World(now=dataset())
    for _ in range(2):
        assert there.sync(data).values == {}
    freely = Rules(strategies=Strategies(dataset_preserve_names=False, dataset_preserve_organization=False))
    assert there.sync(data, freely).values == {"name": "new-name", "owner_org": "other"}
    assert there.sync(data, freely).values == {}


def test_a_dataset_that_a_person_moved_stays_there_until_the_source_moves_it() -> None:
    freely = Rules(strategies=Strategies(dataset_preserve_organization=False))
    there = World()
    there.create(record())
    there.edit(owner_org="elsewhere")
    for _ in range(2):
        assert there.sync(record(), freely).values == {}
    conflicts = there.sync(record(owner_org="third"), freely).conflicts
    assert [(one.path, one.source, one.catalog) for one in conflicts] == [("owner_org", "third", "elsewhere")]


def test_an_organization_that_got_another_name_is_the_same() -> None:
    freely = Rules(strategies=Strategies(dataset_preserve_organization=False))
    base = Remembered(record(), dataset())
    renamed = dataset(organization={"id": "org-id", "name": "org-renamed"})
    assert merge(record(), renamed, base, freely, identity=IDENTITY).values == {}


def test_a_name_that_stands_for_a_taken_one_is_the_source_s() -> None:
    freely = Rules(strategies=Strategies(dataset_preserve_names=False))
    _, standing, *_ = IDENTITY.names("pretty", "T")
    assert written(record(name="pretty"), dataset(name=standing), freely) == {}
    base = Remembered(record(name="pretty"), dataset(name=standing))
    renamed = merge(record(name="other"), dataset(name=standing), base, freely, identity=IDENTITY)
    assert renamed.values == {"name": "other"}


def test_changes_say_what_becomes_of_each_field() -> None:
    data = record(
        title="New", extras=[{"key": "a.b", "value": "2"}], tags=[{"name": "x"}], resources=[{"id": "r", "url": "u"}]
    )
    base = Remembered(record(notes="old", extras=[{"key": "a.b", "value": "1"}]), dataset(notes="old"))
    current = dataset(notes="old", extras=[MARKER, {"key": "a.b", "value": "1"}])
    base = Remembered(base.source, current)
    changes = merge(data, current, base, RULES, identity=IDENTITY).changes
    assert changes == (
        FieldChange("title", "T", "New"),
        FieldChange("notes", "old", None),
        FieldChange("extras.a.b", "1", "2"),
        FieldChange("tags.x", None, "x"),
        FieldChange(f"resources.{derived('r')}", None, {"id": derived("r"), "url": "u"}),
    )


def test_type_and_state_are_never_written() -> None:
    assert written({**record(), "type": "other", "state": "draft"}, dataset()) == {}


def test_nothing_that_it_is_given_is_altered() -> None:
    data, current = (
        record(resources=[{"url": "http://b"}], tags=[{"name": "x"}]),
        dataset(resources=[{"id": "i", "url": "http://a"}]),
    )
    before = repr((data, current))
    values = written(data, current)
    values["resources"][0]["url"] = "altered"
    assert repr((data, current)) == before


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("organization_merge_strategy", "replace"),
        ("dataset_group_merge_strategy", "merge"),
        ("dataset_preserve_names", "yes"),
    ],
)
def test_a_strategy_that_is_none_is_refused(option: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"{option} must be one of"):
        Strategies.taken_from({option: value})


def test_strategies_leave_other_options_alone() -> None:
    options = {"dataset_preserve_names": False, "timeouts": None}
    assert Strategies.taken_from(options) == Strategies(dataset_preserve_names=False)
    assert options == {"timeouts": None}
