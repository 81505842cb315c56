"""Lists are complete, whatever the server clamps, drops or cuts (quirks E7 to E9)."""

from __future__ import annotations

from typing import Any

import pytest

from ckan_api_client.exceptions import BadApiError, SearchError
from ckan_api_client.low_level.flows import (
    call_for_dict,
    call_for_list,
    dataset_page,
    list_dataset_ids,
    list_names,
    list_summaries,
)
from driving import Driver, Script, Server, answer, page, refusal, success

IDS = [f"{index:04d}" for index in range(2500)]


class Index:
    """package_search as CKAN answers it: at most `rows_max` at once, and without the documents it cannot read."""

    def __init__(self, ids: list[str], *, rows_max: int = 1000, unreadable: set[str] | None = None) -> None:
        self.ids, self.rows_max, self.unreadable = ids, rows_max, unreadable or set()

    def __call__(self, action: str, arguments: dict[str, Any]) -> dict[str, Any]:
        assert action == "package_search"
        _, _, after = arguments.get("fq", "").partition('+id:{"')
        rest = [id_ for id_ in self.ids if not after or id_ > after.partition('"')[0]]
        found = rest[: min(arguments["rows"], self.rows_max)]
        if "fl" not in arguments:
            found = [id_ for id_ in found if id_ not in self.unreadable]
        return {"count": len(rest), "results": [{"id": id_} for id_ in found]}


def all_pages(driver: Driver, server: Server) -> list[str]:
    ids, after = [], None
    while True:
        found = driver.one(dataset_page(after), server)
        ids += [item["id"] for item in found.items]
        if found.after is None:
            return ids
        after = found.after


@pytest.mark.parametrize(
    ("total", "rows_max", "requests"),
    [(0, 1000, 1), (1, 1000, 1), (7, 7, 1), (8, 7, 2), (100, 7, 15), (1000, 1000, 1), (1001, 1000, 2), (2500, 1000, 3)],
)
def test_all_ids_are_listed_however_few_come_at_once(driver: Driver, total: int, rows_max: int, requests: int) -> None:
    server = Server(Index(IDS[:total], rows_max=rows_max))
    assert driver.one(list_dataset_ids(), server) == IDS[:total]
    assert len(server.requests) == requests


@pytest.mark.parametrize(
    "unreadable",
    [
        pytest.param({"0003"}, id="one in the middle"),
        pytest.param({"0006"}, id="the last of a page"),
        pytest.param(set(IDS[7:14]), id="a whole page"),
        pytest.param(set(IDS[7:21]), id="two whole pages"),
        pytest.param({"0029"}, id="the very last"),
        pytest.param(set(IDS[:30]), id="all"),
    ],
)
def test_a_document_that_the_server_drops_does_not_end_the_list(driver: Driver, unreadable: set[str]) -> None:
    server = Server(Index(IDS[:30], rows_max=7, unreadable=unreadable))
    assert all_pages(driver, server) == [id_ for id_ in IDS[:30] if id_ not in unreadable]


def test_a_list_of_ids_asks_for_ids_only_in_their_order_private_and_drafts_included(driver: Driver) -> None:
    server = Server(Index(IDS[:8], rows_max=7))
    driver.one(list_dataset_ids(), server)
    asked = {
        "q": "*:*",
        "sort": "id asc",
        "rows": 1000,
        "facet": False,
        "fl": ["id"],
        "include_private": True,
        "include_drafts": True,
    }
    assert server.calls == [
        ("package_search", asked),
        ("package_search", {**asked, "fq": '+id:{"0006" TO *]'}),
    ]


def test_a_page_says_how_many_are_left_and_where_the_next_starts(driver: Driver) -> None:
    found = driver.one(dataset_page("0003"), Server(Index(IDS[:20], rows_max=7)))
    assert [item["id"] for item in found.items] == ["0004", "0005", "0006", "0007", "0008", "0009", "0010"]
    assert (found.after, found.count) == ("0010", 16)


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        ({}, "holds no results and count"),
        ({"count": 0}, "holds no results and count"),
        ({"results": []}, "holds no results and count"),
        ({"count": "0", "results": []}, "holds no results and count"),
        ({"count": 0, "results": {}}, "holds no results and count"),
        ({"count": 1, "results": ["a"]}, "a result has no id"),
        ({"count": 1, "results": [{}]}, "a result has no id"),
        ({"count": 1, "results": [{"id": None}]}, "a result has no id"),
        ({"count": 1, "results": [{"id": "0003"}]}, "asked for what comes after '0003', and got '0003'"),
        ({"count": 1, "results": [{"id": "0001"}]}, "asked for what comes after '0003', and got '0001'"),
        (
            {"count": 3, "results": [{"id": "0005"}, {"id": "0004"}]},
            "asked for what comes after '0005', and got '0004'",
        ),
        ([], "the result should be an object, and is a list"),
        (None, "the result should be an object, and is a NoneType"),
    ],
    ids=str,
)
def test_a_page_that_cannot_be_one_is_refused_and_never_empty(driver: Driver, result: Any, reason: str) -> None:
    with pytest.raises(BadApiError, match=reason):
        driver.one(dataset_page("0003"), Script(success(result)))


@pytest.mark.parametrize(
    "response",
    [
        answer(200, {"success": True}),
        answer(200, {"success": False, "result": {"count": 0, "results": []}}),
        answer(200, {"count": 0, "results": []}),
        page(200, "<title>Sign in</title>"),
    ],
    ids=["no result", "success false", "another API", "login page"],
)
def test_an_answer_that_is_none_is_no_empty_list(driver: Driver, response: Any) -> None:
    with pytest.raises(BadApiError):
        driver.one(list_dataset_ids(), Script(response))


def test_a_list_whose_second_page_fails_is_no_short_list(driver: Driver) -> None:
    first = success({"count": 2, "results": [{"id": "a"}]})
    with pytest.raises(SearchError):
        driver.one(list_dataset_ids(), Script(first, refusal(409, "Search Error", message="x")))


def test_a_dataset_that_the_index_holds_twice_is_listed_once(driver: Driver) -> None:
    twice = success({"count": 3, "results": [{"id": "a"}, {"id": "a"}, {"id": "b"}]})
    assert driver.one(list_dataset_ids(), Script(twice)) == ["a", "b"]


def names(total: int) -> list[str]:
    return [f"name-{index:04d}" for index in range(total)]


class Lists:
    """group_list, or organization_list, as CKAN answers them: at most 1,000 names, or 25 summaries."""

    def __init__(self, total: int, *, names_max: int = 1000, summaries_max: int = 25) -> None:
        self.names, self.names_max, self.summaries_max = names(total), names_max, summaries_max

    def __call__(self, action: str, arguments: dict[str, Any]) -> list[Any]:
        assert action in {"group_list", "organization_list"}
        most = self.summaries_max if arguments.get("all_fields") else self.names_max
        found = self.names[arguments["offset"] :][: min(most, arguments["limit"])]
        return [{"id": f"id-of-{name}", "name": name} for name in found] if arguments.get("all_fields") else found


@pytest.mark.parametrize("kind", ["group", "organization"])
@pytest.mark.parametrize(
    ("total", "most", "requests"), [(0, 1000, 1), (1, 1000, 2), (1000, 1000, 2), (2001, 1000, 4), (30, 7, 6)]
)
def test_all_names_are_listed(driver: Driver, kind: str, total: int, most: int, requests: int) -> None:
    server = Server(Lists(total, names_max=most))
    assert driver.one(list_names(kind), server) == names(total)
    assert server.actions == [f"{kind}_list"] * requests


@pytest.mark.parametrize("kind", ["group", "organization"])
@pytest.mark.parametrize(("total", "requests"), [(0, 1), (25, 2), (26, 3), (110, 6)])
def test_all_summaries_are_listed_though_ckan_stops_at_25(driver: Driver, kind: str, total: int, requests: int) -> None:
    server = Server(Lists(total))
    found = driver.one(list_summaries(kind), server)
    assert [item["name"] for item in found] == names(total)
    assert server.actions == [f"{kind}_list"] * requests


@pytest.mark.parametrize("list_all", [list_names, list_summaries])
def test_a_server_that_ignores_the_offset_does_not_keep_us_for_ever(driver: Driver, list_all: Any) -> None:
    same: list[Any] = ["a", "b"] if list_all is list_names else [{"id": "a"}, {"id": "b"}]
    assert driver.one(list_all("group"), Server(lambda *_: same)) == same


def test_a_name_that_moved_to_the_next_page_is_listed_once(driver: Driver) -> None:
    # A group was made between two pages, and pushed the last one of the first page into the second.
    script = Script(success(["a", "b"]), success(["b", "c"]), success([]))
    assert driver.one(list_names("group"), script) == ["a", "b", "c"]


@pytest.mark.parametrize("summary", [{}, {"id": None}, {"id": 7}], ids=str)
def test_a_summary_without_an_id_is_refused(driver: Driver, summary: dict[str, Any]) -> None:
    with pytest.raises(BadApiError, match="group_list: item 1 has no id"):
        driver.one(list_summaries("group"), Script(success([{"id": "a"}, summary])))


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (None, "the result should be a list, and is a NoneType"),
        ({}, "the result should be a list, and is a dict"),
        ("abc", "the result should be a list, and is a str"),
        (["a", None], "item 1 should be a str, and is a NoneType"),
        ([{"id": "a"}], "item 0 should be a str, and is a dict"),
    ],
    ids=str,
)
def test_a_list_that_is_none_is_refused(driver: Driver, result: Any, reason: str) -> None:
    with pytest.raises(BadApiError, match=f"group_list: {reason}"):
        driver.one(call_for_list("group_list", {}, str), Script(success(result)))


@pytest.mark.parametrize("result", [None, [], "x", 7, False], ids=repr)
def test_an_object_that_is_none_is_refused(driver: Driver, result: Any) -> None:
    with pytest.raises(BadApiError, match="package_show: the result should be an object, and is a "):
        driver.one(call_for_dict("package_show", {}), Script(success(result)))


def test_a_page_of_summaries_that_fails_for_a_purge_is_asked_for_again(driver: Driver) -> None:
    script = Script(refusal(404, "Not Found Error", message="Not found"), success([{"id": "a"}]), success([]))
    assert driver.one(list_summaries("organization"), script) == [{"id": "a"}]
