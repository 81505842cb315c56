"""Names: who has them, when they are free again; and what the trash keeps."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import BadApiWarning, HTTPError, NameTaken, NotFound, OperationFailure, ValidationError
from ckan_api_client.high_level import CkanHighlevelClient
from contract.bench import Bench
from contract.comparing import changed_keys


def wanted(bench: Bench, **fields: Any) -> dict[str, Any]:
    return {"name": bench.name(), "owner_org": bench.catalog.organization, **fields}


def test_an_active_holder_is_named(bench: Bench, either: CkanHighlevelClient) -> None:
    holder = bench.dataset()
    with pytest.raises(NameTaken, match=holder["id"]):
        either.create_dataset(wanted(bench))
    other = either.get_dataset(bench.dataset("other")["id"])
    other.name = holder["name"]
    with pytest.raises(NameTaken, match=holder["id"]):
        either.update_dataset(other)


def test_a_holder_that_the_caller_may_not_see_has_the_name_too(bench: Bench, editor: CkanHighlevelClient) -> None:
    holder = bench.dataset(owner_org=bench.organization()["id"], private=True)
    with pytest.raises(NameTaken, match="that you may not see") as refused:
        editor.create_dataset(wanted(bench))
    assert refused.value.status_code == 409
    assert holder["id"] not in str(refused.value)


@pytest.mark.quirk("deleted-dataset-gives-its-name")
def test_the_name_of_a_deleted_dataset_is_free(bench: Bench, either: CkanHighlevelClient) -> None:
    holder = bench.dataset()
    either.delete_dataset(holder["id"])
    made = either.create_dataset(wanted(bench))
    bench.purge_later("dataset", made.id or "")
    assert (made.name, made.id == holder["id"]) == (holder["name"], False)
    # CKAN has renamed the one in the trash.
    assert bench.show(holder["id"])["name"] == holder["id"]


def test_a_wiped_dataset_has_another_name_and_both_live(bench: Bench, either: CkanHighlevelClient) -> None:
    holder = bench.dataset()
    either.wipe_dataset(holder["id"])
    assert bench.show(holder["id"])["name"] == f"deleted-{holder['id']}"
    # A rename onto the name of a deleted dataset is a 500 in CKAN; this one is free.
    other = either.get_dataset(bench.dataset("other")["id"])
    other.name = holder["name"]
    assert either.update_dataset(other).name == holder["name"]
    either.wipe_dataset(holder["id"])
    with pytest.raises(NotFound, match="state is deleted"):
        either.get_dataset(holder["id"])


@pytest.mark.quirk("undelete-brings-back-half")
def test_what_was_deleted_by_id_comes_back_whole(bench: Bench, either: CkanHighlevelClient) -> None:
    group = bench.group()
    before = bench.dataset(
        extras=[{"key": "a", "value": "1"}],
        tags=[{"name": "water"}],
        groups=[{"name": group["name"]}],
        resources=[{"url": "https://example.org/a", "custom": "kept", "datastore_active": False}],
    )
    before = bench.show(before["id"])
    either.delete_dataset(before["id"])
    either.delete_dataset(before["id"])
    assert before["id"] not in either.list_datasets()
    assert bench.show(before["id"])["state"] == "deleted"

    either.update_dataset({"id": before["id"], "state": "active"})
    assert changed_keys(before, bench.show(before["id"])) == set()
    assert before["id"] in either.list_datasets()
    members = bench.action.member_list(id=bench.catalog.organization, object_type="package")
    assert before["id"] in {member[0] for member in members}


def test_a_delete_by_name_deletes_nothing(bench: Bench, either: CkanHighlevelClient) -> None:
    made = bench.dataset()
    for refused in (either.delete_dataset, either.wipe_dataset):
        with pytest.raises(NotFound, match="id mismatch"):
            refused(made["name"])
    assert bench.show(made["id"]) == made


def test_a_delete_of_what_is_absent_is_no_error(either: CkanHighlevelClient) -> None:
    either.delete_dataset("00000000-0000-4000-8000-000000000000")


@pytest.mark.quirk("dataset-needs-an-organization")
def test_a_dataset_without_an_organization_is_told_what_to_add(bench: Bench, either: CkanHighlevelClient) -> None:
    with pytest.raises(ValidationError, match="add owner_org") as refused:
        either.create_dataset({"name": bench.name()})
    assert set(refused.value.errors) == {"owner_org"}


def test_an_illegal_name_is_no_taken_name(bench: Bench, client: CkanHighlevelClient) -> None:
    with pytest.raises(ValidationError) as refused:
        client.create_dataset({"name": f"{bench.prefix} Blank", "owner_org": bench.catalog.organization})
    assert not isinstance(refused.value, NameTaken)


def test_repeated_extras_are_refused_here_by_their_names(bench: Bench, client: CkanHighlevelClient) -> None:
    name = bench.name()
    extras = [{"key": key, "value": value} for key, value in (("a", "1"), ("b", "2"), ("a", "1"))]
    with pytest.raises(ValueError, match=r"repeated extras: 'a'"):
        client.create_dataset({"name": name, "owner_org": bench.catalog.organization, "extras": extras})
    with pytest.raises(HTTPError, match="Not found"):
        bench.show(name)


@pytest.mark.quirk("unknown-field-is-dropped")
def test_an_unknown_field_is_dropped_and_told(bench: Bench, both: CkanHighlevelClient) -> None:
    with pytest.warns(BadApiWarning, match="colour: sent 'blue', got ABSENT"):
        made = both.create_dataset(wanted(bench, colour="blue"))
    bench.purge_later("dataset", made.id or "")
    made["colour"] = "red"
    with pytest.warns(BadApiWarning, match="colour: sent 'red', got ABSENT"):
        updated = both.update_dataset(made)
    assert "colour" not in updated


@pytest.mark.quirk("unknown-group-is-dropped")
def test_an_unknown_group_is_dropped_for_a_sysadmin_and_told(bench: Bench, client: CkanHighlevelClient) -> None:
    with pytest.warns(BadApiWarning, match="groups: sent"):
        client.create_dataset(wanted(bench, groups=[f"{bench.prefix}-nowhere"]))


def test_an_unknown_group_is_refused_for_an_editor(bench: Bench, editor: CkanHighlevelClient) -> None:
    with pytest.raises(NotFound, match="Group was not found"):
        editor.create_dataset(wanted(bench, groups=[f"{bench.prefix}-nowhere"]))


def test_what_is_dropped_is_a_failure_where_that_was_asked_for(bench: Bench) -> None:
    with bench.catalog.client(fail_on_inconsistency=True) as strict:
        with pytest.raises(OperationFailure, match="colour: sent 'blue', got ABSENT"):
            strict.create_dataset(wanted(bench, colour="blue"))
        made = strict.get_dataset_by_name(bench.name())
        made["colour"] = "red"
        made.title = "Changed"
        with pytest.raises(OperationFailure, match="colour: sent 'red', got ABSENT"):
            strict.update_dataset(made)
        assert strict.get_dataset_by_name(bench.name()).title == "Changed"


def test_what_ckan_normalises_is_not_told(bench: Bench) -> None:
    with bench.catalog.client(fail_on_inconsistency=True) as strict:
        made = strict.create_dataset(
            wanted(
                bench,
                title="  Blank  ",
                author_email=" somebody@example.org ",
                tags=["water", "air", "water"],
                extras={"number": 5, "yes": True, "real": 1.5},
                groups=[bench.group()["id"]],
                resources=[{"url": " example.org/a.csv ", "format": "text/csv", "size": "12"}],
            )
        )
    assert made.is_equivalent(bench.show(made.id or ""))


@pytest.mark.quirk("unknown-objects-are-refused")
def test_a_list_of_objects_that_ckan_does_not_know(bench: Bench, client: CkanHighlevelClient) -> None:
    """CKAN up to 2.11 refuses it; 2.12 drops it. Either way it is told."""
    with pytest.raises((ValidationError, BadApiWarning), match="contacts"):
        client.create_dataset(wanted(bench, contacts=[{"name": "Somebody"}]))
