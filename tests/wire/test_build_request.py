"""What a call looks like on the wire (quirks A7 to A13)."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ckan_api_client.objects import CkanDataset
from ckan_api_client.wire.action import build_request, encode
from ckan_api_client.wire.messages import Upload


def test_a_call_is_a_post_of_json_below_the_api_path() -> None:
    request = build_request("package_show", {"id": "air"})
    assert (request.method, request.path, request.body) == ("POST", "/api/3/action/package_show", b'{"id": "air"}')


def test_reads_are_posts_without_a_query_too_since_with_one_ckan_ignores_the_body() -> None:
    request = build_request("package_search", {"q": "air", "rows": 1000})
    assert (request.method, request.query) == ("POST", ())
    assert "?" not in request.path


def test_a_call_without_arguments_sends_an_empty_object() -> None:
    assert build_request("status_show", {}).body == b"{}"


@pytest.mark.parametrize(
    "name", ["", "package show", "package_show/", "../package_show", "package_show?x=1", "package-show", "x\n", "é"]
)
def test_what_is_no_name_of_an_action_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no name of an action"):
        build_request(name, {})


def test_an_argument_named_callback_is_refused_since_ckan_takes_the_call_for_anonymous() -> None:
    with pytest.raises(ValueError, match="package_show: CKAN runs a call with an argument 'callback' as anonymous"):
        build_request("package_show", {"id": "air", "callback": "f"})


@pytest.mark.parametrize(
    ("arguments", "label"),
    [
        ({}, "package_x"),
        ({"id": "air", "name": "other"}, "package_x 'air'"),
        ({"name": "air"}, "package_x 'air'"),
        ({"package_id": "air"}, "package_x 'air'"),
        ({"match": {"id": "air"}}, "package_x 'air'"),
        ({"match": {"name": "air"}}, "package_x"),
        ({"id": ""}, "package_x"),
        ({"id": 7}, "package_x"),
        ({"id": "a\nb"}, "package_x 'a\\nb'"),
    ],
    ids=str,
)
def test_the_label_names_the_action_and_its_object(arguments: dict[str, Any], label: str) -> None:
    assert build_request("package_x", arguments).label == label


def test_what_only_reads_may_be_repeated_and_what_may_write_may_not() -> None:
    assert build_request("package_show", {}).repeatable
    assert not build_request("package_create", {}).repeatable


def test_who_knows_better_may_say_whether_a_call_is_repeatable() -> None:
    assert build_request("package_delete", {}, repeatable=True).repeatable
    assert not build_request("package_show", {}, repeatable=False).repeatable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param("été 日本", '"été 日本"', id="text as UTF-8"),
        pytest.param("a\x00b", '"a\\u0000b"', id="control character"),
        pytest.param(datetime(2024, 5, 1, 10, 0), '"2024-05-01T10:00:00"', id="naive datetime"),  # noqa: DTZ001
        pytest.param(
            datetime(2024, 5, 1, 12, 0, 0, 500, timezone(timedelta(hours=2))),
            '"2024-05-01T10:00:00.000500"',
            id="datetime with a timezone, as naive UTC",
        ),
        pytest.param(datetime(2024, 5, 1, tzinfo=UTC), '"2024-05-01T00:00:00"', id="UTC"),
        pytest.param(date(2024, 5, 1), '"2024-05-01"', id="date"),
        pytest.param(
            UUID("2F6B0B0E66A14E9C9A528F1F2B8D3C11"), '"2f6b0b0e-66a1-4e9c-9a52-8f1f2b8d3c11"', id="UUID, canonical"
        ),
        pytest.param({"b", "a"}, '["a", "b"]', id="set, sorted"),
        pytest.param(("a", 1), '["a", 1]', id="tuple"),
        pytest.param(CkanDataset({"name": "air", "odd": [1]}), '{"name": "air", "odd": [1]}', id="object"),
        pytest.param([True, False, None, 1, 1.5], "[true, false, null, 1, 1.5]", id="scalars"),
    ],
)
def test_values_become_json(value: Any, text: str) -> None:
    assert encode(value).decode() == text


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        pytest.param("\ud800", "half of a surrogate pair", id="lone surrogate"),
        pytest.param(float("nan"), "cannot be sent as JSON", id="NaN"),
        pytest.param(float("inf"), "cannot be sent as JSON", id="infinity"),
        pytest.param(b"x", "a bytes is no JSON", id="bytes"),
        pytest.param(Decimal("1.5"), "a Decimal is no JSON", id="Decimal"),
        pytest.param(object(), "a object is no JSON", id="object"),
        pytest.param({(1, 2): 3}, "cannot be sent as JSON", id="a key that is no text"),
        pytest.param({"a", 1}, "cannot be sent as JSON", id="a set of mixed types"),
    ],
)
def test_what_is_no_json_is_refused_with_the_name_of_the_call(value: Any, reason: str) -> None:
    with pytest.raises(ValueError, match=f"package_create 'air': .*{reason}"):
        build_request("package_create", {"name": "air", "notes": value})


def test_what_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(ValueError, match="cannot be sent as JSON"):
        build_request("package_create", {"extras": endless})


def test_what_is_nested_too_deep_is_refused() -> None:
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(ValueError, match="cannot be sent as JSON"):
        build_request("package_create", {"extras": deep})


def test_an_open_file_makes_a_form_of_fields_and_an_upload() -> None:
    file = io.BytesIO(b"a,b\n")
    file.name = "/home/me/air quality.csv"
    request = build_request("resource_create", {"package_id": "air", "name": "Data", "size": 4, "upload": file})
    assert request.body is None
    assert request.fields == (("package_id", "air"), ("name", "Data"), ("size", "4"))
    assert request.uploads == (("upload", Upload(file, "air quality.csv", "text/csv")),)


@pytest.mark.parametrize(
    ("value", "text"), [("a", "a"), (None, ""), (True, "true"), (False, "false"), (7, "7"), (1.5, "1.5")], ids=repr
)
def test_a_form_holds_values_as_text(value: Any, text: str) -> None:
    request = build_request("resource_create", {"package_id": "air", "x": value, "upload": Upload.of("a.csv")})
    assert request.fields == (("package_id", "air"), ("x", text))


@pytest.mark.parametrize("value", [[], ["a"], {"a": 1}, [{"name": "air"}]], ids=repr)
def test_a_list_or_object_beside_a_file_is_refused_since_ckan_answers_with_a_crash(value: Any) -> None:
    with pytest.raises(ValueError, match=r"tags is a (list|dict), which CKAN cannot take together with a file"):
        build_request("resource_create", {"package_id": "air", "tags": value, "upload": Upload.of("a.csv")})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800"], ids=ascii)
def test_what_no_text_can_hold_is_refused_in_a_form_too(value: Any) -> None:
    with pytest.raises(ValueError, match="resource_create 'air': x: "):
        build_request("resource_create", {"package_id": "air", "x": value, "upload": Upload.of("a.csv")})


def test_package_revise_takes_objects_beside_a_file_as_json_text() -> None:
    request = build_request(
        "package_revise",
        {"match": {"id": "air"}, "filter": ["-tags"], "update__resources__0__upload": Upload.of("a.csv")},
    )
    assert request.fields == (("match", '{"id": "air"}'), ("filter", '["-tags"]'))
    assert [name for name, _ in request.uploads] == ["update__resources__0__upload"]


@pytest.mark.parametrize("value", ["", "1", None, 1], ids=repr)
def test_a_form_that_ckan_takes_for_json_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="send another field beside the file"):
        build_request("resource_patch", {"id": value, "upload": Upload.of("a.csv")})


@pytest.mark.parametrize(
    "arguments", [{"id": "air"}, {"id": "1", "name": ""}, {"id": "2"}, {}], ids=["text", "two", "other", "none"]
)
def test_any_other_form_is_sent(arguments: dict[str, Any]) -> None:
    assert len(build_request("resource_patch", {**arguments, "upload": Upload.of("a.csv")}).uploads) == 1


def test_a_file_that_is_open_is_read_once_so_the_call_is_not_repeated() -> None:
    arguments = {"id": "air", "upload": io.BytesIO(b"x")}
    assert not build_request("resource_patch", arguments, repeatable=True).repeatable


def test_a_file_by_path_may_be_sent_again() -> None:
    arguments = {"id": "air", "upload": Upload.of("a.csv")}
    assert build_request("resource_patch", arguments, repeatable=True).repeatable
    assert not build_request("resource_patch", arguments).repeatable


@pytest.mark.parametrize(
    ("path", "filename", "content_type"),
    [
        ("/home/me/air.csv", "air.csv", "text/csv"),
        ("a.json", "a.json", "application/json"),
        ("no-extension", "no-extension", "application/octet-stream"),
        ("a.qqq", "a.qqq", "application/octet-stream"),
    ],
)
def test_an_upload_by_path_knows_its_name_and_type(path: str, filename: str, content_type: str) -> None:
    assert Upload.of(path) == Upload(Path(path), filename, content_type)


def test_an_upload_without_a_name_is_called_upload() -> None:
    assert Upload.of(io.BytesIO(b"x")).filename == "upload"


def test_an_upload_of_a_temporary_file_has_a_name(tmp_path: Path) -> None:
    with (tmp_path / "air.csv").open("w+b") as file:
        assert Upload.of(file).filename == "air.csv"
