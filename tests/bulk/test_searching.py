"""Searches against a catalog that is written to between any two pages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ckan_api_client.bulk.asking import ask_by_get
from ckan_api_client.bulk.searching import Search
from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.wire.messages import Request, Response
from driving import Script, Server, success

AFTER = re.compile(r'id:\{"(.*)" TO \*\]')


class Index:
    """Datasets in the order of their last change; no more than `cap` of them come at once; each page brings an edit."""

    def __init__(self, number: int, *, cap: int = 10, edits: bool = False) -> None:
        self.ids = [f"{place:04}" for place in range(number)]
        self.cap = cap
        self.edits = edits
        self.asked: list[dict[str, Any]] = []
        self.unreadable: set[str] = set()

    def search(self, _: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.asked.append(arguments)
        ids = sorted(self.ids) if "id asc" in arguments.get("sort", "") else list(self.ids)
        if arguments.get("sort", "").startswith("name desc"):
            ids.reverse()
        for one in arguments.get("fq_list", []):
            found = AFTER.fullmatch(one)
            assert found
            ids = [one_id for one_id in ids if one_id > found[1]]
        start, rows = arguments.get("start", 0), min(arguments.get("rows", 10), self.cap)
        count, page = len(ids), ids[start : start + rows]
        if self.edits:
            self.ids.insert(0, self.ids.pop())
        if "fl" not in arguments:
            page = [one_id for one_id in page if one_id not in self.unreadable]
        return {"count": count, "results": [{"id": one_id} for one_id in page]}


def found(index: Index, **arguments: Any) -> tuple[list[str], Search]:
    search = Search(arguments)
    with CkanLowlevelClient("https://example.org", transport=Server(index.search)) as client:
        return [item["id"] for page in search.pages(client.run) for item in page], search


def test_one_page_comes_as_ckan_orders_it() -> None:
    index = Index(10)
    index.ids.reverse()
    ids, search = found(index, q="water")
    assert ids == index.ids
    assert index.asked == [{"q": "water", "rows": 1000}]
    assert (search.given, search.promised) == (10, 10)


def test_more_than_a_page_comes_whole_in_the_order_of_ids_while_others_write() -> None:
    index = Index(95, edits=True)
    ids, search = found(index, fq="a OR b")
    assert ids == [f"{place:04}" for place in range(95)]
    assert {one["fq"] for one in index.asked} == {"a OR b"}
    assert (search.given, search.promised) == (95, 95)


def test_in_the_order_that_was_asked_for_nothing_is_given_twice_or_lost_while_others_write() -> None:
    index = Index(95, edits=True)
    ids, search = found(index, sort="name desc")
    assert sorted(ids) == [f"{place:04}" for place in range(95)]
    assert (search.given, search.promised) == (95, 95)
    assert index.asked[1]["sort"] == "name desc, id asc"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"rows": 3}, ["0000", "0001", "0002"]),
        ({"rows": "3", "start": "2"}, ["0002", "0003", "0004"]),
        ({"rows": 0}, []),
        ({"rows": 25, "start": 70}, [f"{place:04}" for place in range(70, 95)]),
        ({"rows": 2000, "start": 80}, [f"{place:04}" for place in range(80, 95)]),
        ({"start": 80}, [f"{place:04}" for place in range(80, 95)]),
        ({"start": 200}, []),
    ],
    ids=str,
)
def test_rows_and_start_are_kept_to(arguments: dict[str, Any], expected: list[str]) -> None:
    ids, search = found(Index(95), **arguments)
    assert ids == expected
    assert search.given == search.promised == len(expected)


def test_what_ckan_cannot_read_is_counted_as_missing() -> None:
    index = Index(40)
    index.unreadable = {*(f"{place:04}" for place in range(10, 20)), "0035"}
    ids, search = found(index)
    assert len(ids) == 29
    assert ids[-1] == "0039"
    assert (search.given, search.promised) == (29, 40)


def test_fields_without_an_id_are_paged_by_place() -> None:
    index = Index(25)
    ids, search = found(index, fl=["name"])
    assert len(ids) == 25
    assert all("fq_list" not in one for one in index.asked)
    assert search.given == search.promised


@pytest.mark.parametrize("wrong", [{"rows": "many"}, {"start": -1}, {"rows": [1]}], ids=str)
def test_a_number_that_is_none_is_told(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="should be a number"):
        found(Index(1), **wrong)


def test_by_get_a_list_of_one_filter_is_sent_as_one_of_two() -> None:
    class Asked(Script):
        def send(self, request: Request) -> Response:
            self.requests.append(request)
            after = dict(request.query).get("fq_list")
            return success({"count": 1, "results": [{"id": "2"}]} if after else {"count": 2, "results": [{"id": "1"}]})

    script = Asked()
    search = Search({"q": "water"}, ask_by_get)
    with CkanLowlevelClient("https://example.org", transport=script) as client:
        pages = list(search.pages(client.run))
    assert [item["id"] for page in pages for item in page] == ["1", "2"]
    last = script.requests[-1]
    assert (last.method, last.body) == ("GET", None)
    assert [value for key, value in last.query if key == "fq_list"] == ['id:{"1" TO *]'] * 2
