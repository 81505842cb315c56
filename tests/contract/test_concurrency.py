"""Several writers at once: what they changed in different places survives, and the same place is told."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from ckan_api_client.exceptions import OperationFailure, ValidationError
from ckan_api_client.high_level import CkanHighlevelClient
from ckan_api_client.objects import CkanDataset
from contract.bench import Bench


def make_dataset(bench: Bench) -> str:
    made = bench.dataset(
        title="Before",
        extras=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}],
        tags=[{"name": "one"}, {"name": "two"}],
        resources=[{"url": "https://example.org/a", "name": "a"}, {"url": "https://example.org/b", "name": "b"}],
    )
    return str(made["id"])


def title(dataset: CkanDataset) -> None:
    dataset.title = "Ours"


def notes(dataset: CkanDataset) -> None:
    dataset.notes = "Theirs"


def extra_a(dataset: CkanDataset) -> None:
    dataset.extras["a"] = "ours"


def extra_b(dataset: CkanDataset) -> None:
    dataset.extras["b"] = "theirs"


def more_tags(dataset: CkanDataset) -> None:
    dataset.tags.add("three")


def fewer_tags(dataset: CkanDataset) -> None:
    dataset.tags.discard("two")


def resource_a(dataset: CkanDataset) -> None:
    dataset.resources[0].description = "ours"


def resource_a_too(dataset: CkanDataset) -> None:
    dataset.resources[0].format = "PDF"


def resource_b(dataset: CkanDataset) -> None:
    dataset.resources[1].description = "theirs"


def new_resource(dataset: CkanDataset) -> None:
    dataset.resources.append({"url": "https://example.org/c", "name": "c"})


Edit = Callable[[CkanDataset], None]
PAIRS: list[tuple[Edit, Edit]] = [
    (title, notes),
    (title, extra_b),
    (extra_a, extra_b),
    (more_tags, fewer_tags),
    (resource_a, resource_b),
    (resource_a, resource_a_too),
    (resource_a, new_resource),
    (new_resource, resource_b),
]


@pytest.mark.parametrize(
    ("ours", "theirs"), [pytest.param(*pair, id=f"{pair[0].__name__}-{pair[1].__name__}") for pair in PAIRS]
)
def test_different_places_both_survive(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient, ours: Edit, theirs: Edit
) -> None:
    identifier = make_dataset(bench)
    mine, other = client.get_dataset(identifier), editor.get_dataset(identifier)
    expected = client.get_dataset(identifier)
    ours(expected)
    theirs(expected)
    theirs(other)
    editor.update_dataset(other)
    ours(mine)
    client.update_dataset(mine)
    assert expected.is_equivalent(client.get_dataset(identifier))


@pytest.mark.parametrize(
    ("edit", "path"),
    [(title, "title"), (extra_a, "extras.a"), (resource_a, "description")],
    ids=["scalar", "extra", "resource"],
)
def test_the_same_place_is_told_by_its_name(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient, edit: Edit, path: str
) -> None:
    identifier = make_dataset(bench)
    mine, other = client.get_dataset(identifier), editor.get_dataset(identifier)
    other.title, other.extras["a"], other.resources[0].description = "Another", "another", "another"
    editor.update_dataset(other)
    before = bench.show(identifier)
    edit(mine)
    with pytest.raises(OperationFailure, match=path):
        client.update_dataset(mine)
    assert bench.show(identifier) == before


def test_the_same_change_from_two_sides_is_one(
    bench: Bench, client: CkanHighlevelClient, editor: CkanHighlevelClient
) -> None:
    identifier = make_dataset(bench)
    mine, other = client.get_dataset(identifier), editor.get_dataset(identifier)
    for dataset in (mine, other):
        title(dataset)
    editor.update_dataset(other)
    before = bench.show(identifier)
    assert client.update_dataset(mine).title == "Ours"
    assert bench.show(identifier) == before


def test_eighty_increments_by_eight_threads_are_eighty(bench: Bench, client: CkanHighlevelClient) -> None:
    identifier = bench.dataset(version="0")["id"]
    deadline = threading.Event()

    def count() -> None:
        for _ in range(10):
            while not deadline.is_set():
                now = client.get_dataset(identifier)
                match = {"id": now.id, "metadata_modified": now.metadata_modified}
                update = {"version": str(int(now.version or 0) + 1)}
                try:
                    client.low_level.action.package_revise(match=match, update=update)
                except ValidationError:
                    continue
                break

    timer = threading.Timer(60, deadline.set)
    timer.start()
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(count) for _ in range(8)]:
            done.result()
    timer.cancel()
    assert client.get_dataset(identifier).version == "80"
