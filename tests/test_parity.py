"""Each blocking class or function and its async twin are the same, but for the waiting."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable
from typing import Any

import pytest

from ckan_api_client.high_level import AsyncCkanHighlevelClient, CkanHighlevelClient
from ckan_api_client.low_level import AsyncCkanLowlevelClient, CkanLowlevelClient
from ckan_api_client.syncing import AsyncSynchronizationClient, SynchronizationClient
from ckan_api_client.transport import AsyncHttpTransport, HttpTransport
from ckan_api_client.wire.flow import AsyncTransport, Transport, run, run_all, run_async
from ckan_api_client.wire.tasks import run_all_async

CLASSES: list[tuple[type, type]] = [
    (CkanLowlevelClient, AsyncCkanLowlevelClient),
    (CkanHighlevelClient, AsyncCkanHighlevelClient),
    (SynchronizationClient, AsyncSynchronizationClient),
    (HttpTransport, AsyncHttpTransport),
    (Transport, AsyncTransport),
]
FUNCTIONS: list[tuple[Callable[..., Any], Callable[..., Any]]] = [(run, run_async), (run_all, run_all_async)]

#: What a blocking name is called in the async twin. A transport closes as asyncio's own things do.
OTHER_NAMES: dict[Any, str] = {"__enter__": "__aenter__", "__exit__": "__aexit__", (HttpTransport, "close"): "aclose"}

#: No request is made by these, so there is nothing to await, in either colour.
NEVER_AWAITED = {"__init__", "__repr__", "journal", "runs", "forget_state"}

#: These need no docstring in the twin: Python's own, and those whose blocking one has none either.
PYTHONS_OWN = {"__init__", "__repr__", "__enter__", "__exit__"}


def twin_name(cls: type, name: str) -> str:
    return OTHER_NAMES.get((cls, name), OTHER_NAMES.get(name, name))


def members(cls: type) -> dict[str, Any]:
    """What a class itself defines for others to use."""
    wanted = {"__init__", "__repr__", "__enter__", "__exit__", "__aenter__", "__aexit__"}
    return {name: value for name, value in vars(cls).items() if not name.startswith("_") or name in wanted}


def as_function(member: Any) -> Callable[..., Any]:
    if isinstance(member, functools.cached_property):
        return member.func
    if isinstance(member, property):
        assert member.fget is not None
        return member.fget
    function: Callable[..., Any] = member
    return function


def in_one_colour(annotation: Any) -> str:
    text = str(annotation)
    text = re.sub(r"\bAwaitable\[(.*)\]", r"\1", text)
    return re.sub(r"\bAsync(?=[A-Z])", "", text)


def shape(function: Callable[..., Any]) -> list[tuple[str, str, str, str]]:
    signature = inspect.signature(function)
    parameters = [
        (parameter.name, str(parameter.kind), repr(parameter.default), in_one_colour(parameter.annotation))
        for parameter in signature.parameters.values()
    ]
    return [*parameters, ("return", "", "", in_one_colour(signature.return_annotation))]


def is_documented(cls: Any, name: Any) -> bool:
    return name not in PYTHONS_OWN and members(cls)[name].__doc__ is not None


METHODS = [
    pytest.param(one, other, name, id=f"{one.__name__}.{name}")
    for one, other in CLASSES
    for name in members(one)
    if callable(as_function(members(one)[name]))
]


@pytest.mark.parametrize(("one", "other"), CLASSES, ids=lambda cls: cls.__name__)
def test_twins_have_the_same_public_names(one: type, other: type) -> None:
    assert {twin_name(one, name) for name in members(one)} == set(members(other))


@pytest.mark.parametrize(("one", "other"), CLASSES, ids=lambda cls: cls.__name__)
def test_twins_come_in_the_same_order(one: type, other: type) -> None:
    assert [twin_name(one, name) for name in members(one)] == list(members(other))


@pytest.mark.parametrize(("one", "other", "name"), METHODS)
def test_methods_of_twins_take_and_return_the_same(one: type, other: type, name: str) -> None:
    twin = members(other)[twin_name(one, name)]
    assert type(members(one)[name]) is type(twin)
    assert shape(as_function(twin)) == shape(as_function(members(one)[name]))


@pytest.mark.parametrize(("one", "other", "name"), METHODS)
def test_a_method_of_an_async_twin_is_awaited_or_iterated(one: type, other: type, name: str) -> None:
    twin = members(other)[twin_name(one, name)]
    asynchronous = (
        inspect.iscoroutinefunction(twin)
        or inspect.isasyncgenfunction(twin)
        or "AsyncIterator" in str(inspect.signature(as_function(twin)).return_annotation)
    )
    is_plain = name in NEVER_AWAITED or isinstance(twin, property | functools.cached_property)
    assert asynchronous is not is_plain


@pytest.mark.parametrize(("one", "other", "name"), [method for method in METHODS if is_documented(*method.values[::2])])
def test_the_twin_of_a_documented_method_says_that_it_is_the_same(one: type, other: type, name: str) -> None:
    assert members(other)[twin_name(one, name)].__doc__ in {
        f"Same as `{one.__name__}.{name}`, awaited.",
        f"Same as `{one.__name__}.{name}`.",
    }


@pytest.mark.parametrize(("one", "other"), CLASSES, ids=lambda cls: cls.__name__)
def test_an_async_class_says_whose_twin_it_is(one: type, other: type) -> None:
    assert (other.__doc__ or "").startswith(f"Same as `{one.__name__}`, awaited.")


@pytest.mark.parametrize(("one", "other"), FUNCTIONS, ids=lambda function: function.__name__)
def test_functions_of_both_colours_are_the_same(one: Callable[..., Any], other: Callable[..., Any]) -> None:
    assert shape(other) == shape(one)
    assert other.__doc__ == f"Same as `{one.__name__}`, awaited."
