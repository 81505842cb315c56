"""Datasets out of the index: believed as long as it gives what package_show gives."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ckan_api_client.bulk.dumping import Dumping
from ckan_api_client.bulk.indexed import AT_ONCE, AT_ONCE_WITH_MORE, Doubt, Index
from ckan_api_client.bulk.replies import Reply
from driving import Driver, Server, refusal


class Site:
    """A database and its index, each a dict of datasets by name."""

    def __init__(self, *names: str) -> None:
        self.database = {name: dataset(name) for name in names}
        self.index = {name: dataset(name) for name in names}
        self.refuses_searches = False
        self.most_rows = 1000
        self.server = Server(self.act)

    def act(self, action: str, arguments: dict[str, Any]) -> Any:
        if action == "package_show":
            return self.database.get(arguments["id"], refusal(404, "Not Found Error"))
        if self.refuses_searches:
            return refusal(409, "Search Query Error", message="Invalid search query")
        names = re.findall(r'"([^"]*)"', arguments["fq"])
        found = [self.index[name] for name in names if name in self.index]
        return {"count": len(found), "results": found[::-1][: self.most_rows]}

    @property
    def shown(self) -> list[str]:
        return [arguments["id"] for action, arguments in self.server.calls if action == "package_show"]


def dataset(name: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"id-{name}",
        "name": name,
        "type": "dataset",
        "metadata_modified": "2026-01-01T10:00:00.123456",
        **more,
    }


class Reading:
    def __init__(self, site: Site, driver: Driver, **options: Any) -> None:
        self.doubts: list[tuple[str, Doubt]] = []
        self.site, self.driver = site, driver
        self.index = Index(Dumping("datasets", **options), lambda *doubt: self.doubts.append(doubt))

    def read(self, *names: str) -> list[Reply]:
        replies: list[Reply] = self.driver.one(self.index.read(names), self.site.server)
        return replies


def test_a_part_is_one_search_and_one_show(driver: Driver) -> None:
    site = Site(*"abcdef")
    reading = Reading(site, driver)
    replies = reading.read(*"fbacde")
    assert [reply.response["name"] for reply in replies] == list("fbacde")
    assert site.shown == ["f"]
    assert len(site.server.calls) == 2
    reading.read(*"ab")
    assert site.shown == ["f", "a"]
    assert reading.doubts == []


def test_the_first_of_each_shape_is_looked_at(driver: Driver) -> None:
    site = Site(*"abcd")
    for side in (site.database, site.index):
        side["c"] = dataset("c", type="harvest")
        side["d"] = dataset("d", type="harvest")
    Reading(site, driver).read(*"abcd")
    assert site.shown == ["a", "c"]


def test_what_the_index_lacks_is_shown(driver: Driver) -> None:
    site = Site(*"abc")
    del site.index["b"]
    site.database.pop("c")
    site.index.pop("c")
    replies = Reading(site, driver).read(*"abc")
    assert [(reply.error, reply.response) for reply in replies] == [
        (None, dataset("a")),
        (None, dataset("b")),
        ("NotFound", None),
    ]


@pytest.mark.parametrize("moment", ["2026-01-01T10:00:00.000277", "2026-01-01T10:00:00"])
def test_what_was_written_in_the_first_millisecond_is_shown(driver: Driver, moment: str) -> None:
    site = Site(*"abc")
    site.index["b"]["metadata_modified"] = moment
    site.database["b"] = {**site.index["b"], "extras": ["in another order"]}
    reading = Reading(site, driver)
    assert [reply.response for reply in reading.read(*"abc")] == list(site.database.values())
    assert site.shown == ["a", "b"]
    assert reading.doubts == []


def test_what_a_page_does_not_hold_is_searched_for_again(driver: Driver) -> None:
    site = Site(*"abcde")
    site.most_rows = 2
    assert [reply.response for reply in Reading(site, driver).read(*"abcde")] == list(site.database.values())
    assert site.shown == ["a"]
    assert [action for action, _ in site.server.calls].count("package_search") == 3


def test_a_search_that_is_refused_leaves_each_to_be_shown(driver: Driver) -> None:
    site = Site(*"abc")
    site.refuses_searches = True
    assert [reply.error for reply in Reading(site, driver).read(*"abc")] == [None, None, None]
    assert site.shown == list("abc")


def test_an_index_that_differs_is_left_for_shows(driver: Driver) -> None:
    site = Site(*"abc")
    site.database = {name: {**one, "extra": "of a plugin"} for name, one in site.database.items()}
    reading = Reading(site, driver)
    assert [reply.response for reply in reading.read(*"abc")] == list(site.database.values())
    assert reading.doubts == [("a", Doubt.OF_ALL)]
    before = len(site.server.calls)
    assert [reply.response for reply in reading.read(*"abc")] == list(site.database.values())
    assert len(site.server.calls) - before == 3
    assert reading.doubts == [("a", Doubt.OF_ALL)]


def test_a_dataset_that_is_being_written_is_looked_at_again(driver: Driver) -> None:
    site = Site(*"ab")
    site.index["a"] = dataset("a", title="old")
    act = site.act

    def written_meanwhile(action: str, arguments: dict[str, Any]) -> Any:
        result = act(action, arguments)
        if action == "package_show":
            site.index["a"] = site.database["a"]
        return result

    site.server._act = written_meanwhile
    reading = Reading(site, driver)
    reading.read(*"ab")
    assert reading.doubts == []


def test_a_timestamp_that_is_behind_is_told_and_no_more(driver: Driver) -> None:
    site = Site(*"abc")
    for one in site.database.values():
        one["metadata_modified"] = "2026-02-02T10:00:00.123456"
    reading = Reading(site, driver)
    assert [reply.error for reply in reading.read(*"abc")] == [None, None, None]
    assert site.shown == ["a"]
    reading.read(*"abc")
    assert reading.doubts == [("a", Doubt.OF_TIMESTAMPS)]


@pytest.mark.parametrize(("options", "size"), [({}, AT_ONCE), ({"resource_views": True}, AT_ONCE_WITH_MORE)], ids=str)
def test_names_are_cut_into_parts_of_which_the_first_is_small(
    driver: Driver, options: dict[str, Any], size: int
) -> None:
    names = [str(number) for number in range(10 + size * 2 + 1)]
    parts = list(Reading(Site(), driver, **options).index.parts(names))
    assert [(start, len(part)) for start, part in parts] == [(0, 10), (10, size), (10 + size, size), (10 + 2 * size, 1)]
    assert [name for _, part in parts for name in part] == names
    assert list(Reading(Site(), driver, **options).index.parts([])) == []
