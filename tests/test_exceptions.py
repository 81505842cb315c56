"""The errors: their tree, their texts, and that they travel whole between processes."""

from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable
from typing import Any

import pytest

from ckan_api_client import exceptions
from ckan_api_client.exceptions import (
    BadApiError,
    BadApiWarning,
    CkanError,
    EditConflict,
    HTTPError,
    NameTaken,
    NotAuthorized,
    NotFound,
    OperationFailure,
    Outcome,
    RateLimited,
    SearchError,
    ServerError,
    SourceError,
    StalePlan,
    StateError,
    TransportError,
    UnsafePlan,
    Unsendable,
    ValidationError,
)

DETAIL = {"__type": "Validation Error", "name": ["That URL is already in use."]}

EVERY_ERROR: list[Exception] = [
    CkanError("a"),
    TransportError("package_show: refused", Outcome.NOT_SENT, ("first", "second")),
    HTTPError(404, "x"),
    NotAuthorized(403, "x", {"__type": "Authorization Error"}),
    NotFound(404, "x", KeyError("y")),
    ValidationError(409, "x", DETAIL),
    NameTaken(409, "x", DETAIL),
    RateLimited(429, "x", None, 7.5),
    SearchError(409, "x"),
    ServerError(500, "x"),
    BadApiError("x"),
    OperationFailure("x"),
    Unsendable("x"),
    UnsafePlan(("x", "y")),
    StalePlan("x"),
    StateError("x"),
    EditConflict((("title", "a", "b"),)),
    SourceError("x", file="a.jsonl", line=3, key="k"),
    BadApiWarning("x"),
]


def drawn_tree() -> dict[str, str]:
    """The classes in the module's docstring, each with the one that it hangs on."""
    tree: dict[str, str] = {}
    ancestors: list[str] = []
    drawing = (exceptions.__doc__ or "").split("```")[1]
    for line in drawing.splitlines():
        found = re.match(r"^([│├└─ ]*)(\w+)(?:\((\w+)\))?", line)
        if found is None:
            continue
        depth = len(found[1]) // 4
        del ancestors[depth:]
        tree[found[2]] = found[3] or (ancestors[-1] if ancestors else "Exception")
        ancestors.append(found[2])
    return tree


def real_tree() -> dict[str, str]:
    return {
        name: value.__base__.__name__
        for name, value in vars(exceptions).items()
        if isinstance(value, type) and issubclass(value, Exception) and value.__base__ is not None
    }


def test_the_tree_in_the_docstring_is_that_of_the_classes() -> None:
    assert drawn_tree() == real_tree()


def test_each_class_of_the_tree_is_exported() -> None:
    assert {*real_tree(), "Outcome"} == set(exceptions.__all__)


def test_the_errors_tested_here_are_all_that_there_are() -> None:
    assert sorted(type(error).__name__ for error in EVERY_ERROR) == sorted(real_tree())


@pytest.mark.parametrize(
    "travel",
    [
        pytest.param(lambda error: pickle.loads(pickle.dumps(error)), id="pickle"),  # noqa: S301 - our own bytes
        pytest.param(copy.copy, id="copy"),
        pytest.param(copy.deepcopy, id="deepcopy"),
    ],
)
@pytest.mark.parametrize("error", EVERY_ERROR, ids=lambda error: type(error).__name__)
def test_an_error_travels_whole(error: Exception, travel: Callable[[Exception], Exception]) -> None:
    arrived = travel(error)
    assert type(arrived) is type(error)
    assert repr(arrived) == repr(error)
    assert str(arrived) == str(error)
    assert repr(vars(arrived)) == repr(vars(error))


@pytest.mark.parametrize(
    "kind", [HTTPError, NotAuthorized, NotFound, ValidationError, NameTaken, RateLimited, SearchError, ServerError]
)
def test_an_http_error_reads_as_in_the_2014_client(kind: type[HTTPError]) -> None:
    assert str(kind(404, "x")) == "HTTPError(404, 'x', original=None)"


def test_a_deleted_dataset_reads_as_in_the_2014_client() -> None:
    error = NotFound(404, "(logical) dataset state is deleted")
    assert str(error) == "HTTPError(404, '(logical) dataset state is deleted', original=None)"


def test_the_repr_of_an_http_error_names_its_class() -> None:
    assert repr(NameTaken(409, "x", {"a": 1})) == "NameTaken(409, 'x', original={'a': 1})"


def test_an_http_error_gives_its_parts() -> None:
    error = HTTPError(404, "x", {"a": 1})
    assert (error.status_code, error.message, error.original) == (404, "x", {"a": 1})


def test_a_rate_limit_gives_the_seconds_to_wait() -> None:
    assert RateLimited(429, "x", None, 7.5).retry_after == 7.5
    assert RateLimited(429, "x").retry_after is None


@pytest.mark.parametrize(
    ("original", "errors"),
    [
        pytest.param(
            {"__type": "Validation Error", "name": ["Taken."], "resources": [{}, {"size": ["Invalid integer"]}]},
            {"name": ["Taken."], "resources": [{}, {"size": ["Invalid integer"]}]},
            id="fields",
        ),
        pytest.param({"__type": "Validation Error", "message": "Something"}, {}, id="a plain message is no field"),
        pytest.param(
            {"__type": "Validation Error", "message": [{"match": ["metadata_modified"]}]},
            {"message": [{"match": ["metadata_modified"]}]},
            id="package_revise of CKAN 2.9",
        ),
        pytest.param(None, {}, id="no detail"),
        pytest.param("a text", {}, id="a text"),
    ],
)
def test_a_validation_error_gives_the_errors_by_field(original: Any, errors: dict[str, Any]) -> None:
    assert ValidationError(409, "x", original).errors == errors


def test_a_transport_error_gives_its_message_and_what_is_known() -> None:
    error = TransportError("package_show: refused", Outcome.NOT_SENT)
    assert (error.message, error.outcome, error.errors) == (
        "package_show: refused",
        Outcome.NOT_SENT,
        ("package_show: refused",),
    )
    assert str(error) == "package_show: refused"


def test_without_a_word_the_outcome_of_a_transport_error_is_unknown() -> None:
    assert TransportError("x").outcome is Outcome.UNKNOWN


def test_a_transport_error_after_others_keeps_their_messages_and_counts_them() -> None:
    error = TransportError("third", Outcome.NOT_SENT).after(("first", "second"), Outcome.UNKNOWN)
    assert error.errors == ("first", "second", "third")
    assert str(error) == "third (3 attempts)"
    assert error.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("place", "text"),
    [
        pytest.param({}, "no JSON", id="nowhere"),
        pytest.param({"file": "a.jsonl"}, "a.jsonl: no JSON", id="file"),
        pytest.param({"file": "a.jsonl", "line": 3}, "a.jsonl:3: no JSON", id="line"),
        pytest.param({"file": "a.db", "key": "k"}, "a.db [k]: no JSON", id="key"),
    ],
)
def test_a_source_error_begins_with_the_place(place: dict[str, Any], text: str) -> None:
    assert str(SourceError("no JSON", **place)) == text


def test_a_warning_is_no_error_of_ours() -> None:
    assert not issubclass(BadApiWarning, CkanError)
    assert issubclass(BadApiWarning, UserWarning)
