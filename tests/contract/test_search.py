"""What the design takes for granted of the search index, on real Solr."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import HTTPError, SearchError
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.low_level.flows import dataset_page, list_dataset_ids
from ckan_api_client.quirks.search import escape_term, quote_phrase
from ckan_api_client.syncing.catalog import Account, read_account, read_listing
from ckan_api_client.syncing.state import State
from contract.bench import Bench

MARKER = "_harvest_source"


def mark(bench: Bench, suffix: str, marker: str, **fields: Any) -> dict[str, Any]:
    return bench.dataset(suffix, extras=[{"key": MARKER, "value": marker}], **fields)


def of_source(source: str) -> str:
    return f"+{MARKER}:{escape_term(source)}\\:*"


def found_ids(bench: Bench, *filters: str) -> set[str]:
    return set(bench.low_level.run(list_dataset_ids(filters)))


ODD_RECORD_IDS = [
    "plain",
    "https://example.org/data?a=b&c=d#e",
    "a:b:c",
    'say "hi"',
    "two words",
    " leading",
    "back\\slash",
    "{!lucene} *:* OR [a TO b]",
    "Größe-日本-🦊",
]


def test_the_filter_on_a_source_finds_every_record_of_it_and_none_of_others(bench: Bench) -> None:
    source = f"{bench.prefix}-src"
    ours = {
        record_id: mark(bench, f"ours-{number}", f"{source}:{record_id}")["id"]
        for number, record_id in enumerate(ODD_RECORD_IDS)
    }
    for number, other in enumerate((f"{source}2", f"{source}-2", f"x-{source}", source.upper(), "Q")):
        mark(bench, f"other-{number}", f"{other}:plain")
    mark(bench, "no-colon", source)

    assert found_ids(bench, of_source(source)) == set(ours.values())
    for whole in (True, False):
        with State.open(":memory:", catalog=bench.catalog.url, source="listed") as state:
            assert bench.low_level.run(read_listing(source, state.spool, whole=whole)) == ""
            assert {row.record_id: row.dataset_id for row in state.spool.rows()} == ours
            assert {row.copies for row in state.spool.rows()} == {1}


@pytest.mark.quirk("values-are-syntax")
@pytest.mark.parametrize("record_id", ODD_RECORD_IDS)
def test_a_marker_is_found_by_its_exact_value(bench: Bench, record_id: str) -> None:
    marker = f"{bench.prefix}:{record_id}"
    made = mark(bench, "it", marker)
    assert found_ids(bench, f"+{MARKER}:{quote_phrase(marker)}") == {made["id"]}


@pytest.mark.quirk("extras-are-indexed-twice")
def test_the_bare_key_of_an_extra_is_exact_and_the_other_is_not(bench: Bench) -> None:
    stem = bench.prefix
    exact = mark(bench, "exact", f"{stem}:Annual-Report/2020")
    variants = {
        mark(bench, "case", f"{stem}:annual-report/2020")["id"],
        mark(bench, "signs", f"{stem}:Annual_Report 2020")["id"],
        mark(bench, "longer", f"{stem}:Annual-Report/2020/b")["id"],
    }
    wanted = quote_phrase(f"{stem}:Annual-Report/2020")
    assert found_ids(bench, f"+{MARKER}:{wanted}") == {exact["id"]}
    # Text: split into words without capitals and signs, and compared as a phrase, which may be a part.
    assert found_ids(bench, f"+extras_{MARKER}:{wanted}") == {exact["id"], *variants}


def test_an_absent_bare_key_finds_nothing(bench: Bench) -> None:
    bench.dataset()
    assert found_ids(bench, of_source(f"{bench.prefix}-nobody")) == set()


#: What a sysadmin may choose as an id on every release, in the order of Python and of Solr.
ODD_IDS = [
    "00000000-0000-4000-8000-{tail}",
    "0A000000-0000-4000-8000-{tail}",
    "0a000000-0000-4000-8000-{tail}",
    "0a000000000040008000{tail}",
    "A0000000-0000-4000-8000-{tail}",
    "a0000000-0000-4000-8000-{tail}",
    "{{f0000000-0000-4000-8000-{tail}}}",
]


def test_pages_by_id_give_every_dataset_once_in_the_order_of_python(bench: Bench) -> None:
    tail = bench.prefix[-12:]
    source = f"{bench.prefix}-src"
    ids = [pattern.format(tail=tail) for pattern in ODD_IDS]
    assert ids == sorted(ids)
    for number, identifier in enumerate(reversed(ids)):
        mark(bench, f"n{number}", f"{source}:{number}", id=identifier)

    seen, counts, after = [], [], None
    while True:
        page = bench.low_level.run(dataset_page(after, filters=(of_source(source),), rows=2))
        seen += [item["id"] for item in page.items]
        counts.append(page.count)
        if page.after is None:
            break
        after = page.after
    assert seen == ids
    # The count is that of the rest of the list.
    assert counts == [7, 5, 3, 1]


def test_a_page_after_an_id_starts_behind_it_though_it_is_gone(bench: Bench) -> None:
    source = f"{bench.prefix}-src"
    ids = sorted(mark(bench, f"n{number}", f"{source}:{number}")["id"] for number in range(3))
    bench.action.dataset_purge(id=ids[1])
    page = bench.low_level.run(dataset_page(ids[1], filters=(of_source(source),)))
    assert [item["id"] for item in page.items] == [ids[2]]


def test_slim_pages_hold_the_marker_and_the_time_cut_to_milliseconds(bench: Bench) -> None:
    made = mark(bench, "it", f"{bench.prefix}:1")
    fields = ("id", "name", "metadata_modified", f"extras_{MARKER}")
    page = bench.low_level.run(dataset_page(filters=(of_source(bench.prefix),), fields=fields))
    (slim,) = page.items
    modified = slim.pop("metadata_modified")
    assert slim == {"id": made["id"], "name": made["name"], MARKER: f"{bench.prefix}:1"}
    shown = made["metadata_modified"]
    # Solr leaves trailing zeros away.
    assert modified.endswith("Z")
    assert f"{shown[:23]}".rstrip("0").rstrip(".") == modified[:-1].rstrip("0").rstrip(".")


def test_a_slim_page_lacks_what_is_not_asked_for_by_the_indexed_name(bench: Bench) -> None:
    mark(bench, "it", f"{bench.prefix}:1")
    page = bench.low_level.run(dataset_page(filters=(of_source(bench.prefix),), fields=("id", MARKER)))
    assert [set(item) for item in page.items] == [{"id"}]


@pytest.mark.quirk("private-and-drafts-are-left-out")
def test_who_sees_private_datasets_and_drafts(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient, visitor: CkanHighlevelClient
) -> None:
    foreign = bench.organization()["id"]
    made = {
        "public": bench.dataset("public"),
        "private": bench.dataset("private", private=True),
        "draft": bench.dataset("draft", state="draft"),
        "deleted": bench.dataset("deleted", state="deleted"),
        "foreign-public": bench.dataset("foreign-public", owner_org=foreign),
        "foreign-private": bench.dataset("foreign-private", owner_org=foreign, private=True),
        "foreign-draft": bench.dataset("foreign-draft", owner_org=foreign, state="draft"),
    }
    names = {dataset["id"]: key for key, dataset in made.items()}

    def seen_by(caller: CkanHighlevelClient) -> set[str]:
        return {names[identifier] for identifier in caller.list_datasets() if identifier in names}

    assert seen_by(client) == set(made) - {"deleted"}
    assert seen_by(editor) == {"public", "private", "draft", "foreign-public"}
    assert seen_by(visitor) == {"public", "foreign-public"}


@pytest.mark.parametrize("letter", ["x", "é"], ids=["ascii", "two-bytes"])
def test_an_extra_of_32766_bytes_is_taken(bench: Bench, letter: str) -> None:
    value = letter * (32_766 // len(letter.encode()))
    made = bench.dataset(extras=[{"key": "long", "value": value}])
    assert bench.show(made["id"])["extras"] == [{"key": "long", "value": value}]
    assert found_ids(bench, f"+id:{quote_phrase(made['id'])}") == {made["id"]}


@pytest.mark.quirk("extras-have-a-limit")
def test_an_extra_of_32767_bytes_is_refused_and_nothing_is_saved(bench: Bench, client: CkanHighlevelClient) -> None:
    name = bench.name()
    wanted = {"name": name, "owner_org": bench.catalog.organization, "extras": {"long": "x" * 32_767}}
    with pytest.raises(SearchError, match="immense term") as refused:
        client.create_dataset(wanted)
    assert refused.value.status_code == 500
    with pytest.raises(HTTPError, match="Not found") as absent:
        client.get_dataset_by_name(name)
    assert absent.value.status_code == 404
    assert found_ids(bench, f"+name:{quote_phrase(name)}") == set()


def test_an_update_with_an_extra_of_32767_bytes_changes_nothing(bench: Bench, client: CkanHighlevelClient) -> None:
    made = client.get_dataset(bench.dataset(title="Before")["id"])
    made.title = "After"
    made.extras["long"] = "x" * 32_767
    with pytest.raises(SearchError, match="immense term"):
        client.update_dataset(made)
    now = client.get_dataset(made.id or "")
    assert (now.title, dict(now.extras)) == ("Before", {})
    assert now["metadata_modified"] == made["metadata_modified"]


def test_who_reads_a_catalog_is_known(bench: Bench, editor: CkanHighlevelClient) -> None:
    sysadmin = bench.low_level.run(read_account())
    assert (sysadmin.is_sysadmin, sysadmin.version) == (True, bench.catalog.version)
    other: Account = editor.low_level.run(read_account())
    assert (other.is_sysadmin, other.name == sysadmin.name) == (False, False)
