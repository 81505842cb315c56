"""The errors of ckanapi: importable from where its users do, and related as they rely on."""

from __future__ import annotations

import copy
import importlib
import pickle

import pytest

from ckan_api_client import ckanapi, exceptions
from ckan_api_client.ckanapi import errors

EVERY: list[Exception] = [
    ckanapi.CKANAPIError("x"),
    ckanapi.NotAuthorized({"__type": "Authorization Error"}),
    ckanapi.NotFound("x"),
    ckanapi.ValidationError({"name": ["x"]}),
    ckanapi.SearchQueryError("x"),
    ckanapi.SearchError("x"),
    ckanapi.SearchIndexError("x"),
    ckanapi.ServerIncompatibleError("x"),
    ckanapi.NoAnswer("x", exceptions.Outcome.NOT_SENT),
    ckanapi.NoLocalCKAN("x"),
]


@pytest.mark.parametrize("name", sorted(errors.__all__))
def test_an_error_is_importable_from_both_places(name: str) -> None:
    assert getattr(ckanapi, name) is getattr(errors, name)


@pytest.mark.parametrize("module", ["remoteckan.RemoteCKAN", "localckan.LocalCKAN", "testappckan.TestAppCKAN"])
def test_the_classes_are_importable_from_the_modules_of_ckanapi(module: str) -> None:
    file, _, name = module.partition(".")
    assert getattr(importlib.import_module(f"ckan_api_client.ckanapi.{file}"), name) is getattr(ckanapi, name)


def test_all_but_one_are_errors_of_ckanapi_as_there() -> None:
    assert [type(error).__name__ for error in EVERY if not isinstance(error, ckanapi.CKANAPIError)] == [
        "ServerIncompatibleError"
    ]


@pytest.mark.parametrize("error", EVERY, ids=lambda error: type(error).__name__)
def test_each_is_an_error_of_this_package_and_travels_whole(error: Exception) -> None:
    assert isinstance(error, exceptions.CkanError)
    for arrived in (pickle.loads(pickle.dumps(error)), copy.deepcopy(error)):  # noqa: S301 - our own bytes
        assert type(arrived) is type(error)
        assert (repr(arrived), str(arrived), vars(arrived)) == (repr(error), str(error), vars(error))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ckanapi.CKANAPIError(), "None"),
        (ckanapi.CKANAPIError("x"), "x"),
        (ckanapi.NotAuthorized({"a": 1}), "{'a': 1}"),
        (ckanapi.NotFound(), ""),
        (ckanapi.NotFound("x"), "x"),
        (ckanapi.ValidationError({"a": ["b"]}), "{'a': ['b']}"),
        (ckanapi.SearchError("x"), "x"),
        (ckanapi.ServerIncompatibleError("x"), "x"),
        (ckanapi.NoAnswer("x"), "x"),
    ],
    ids=repr,
)
def test_an_error_that_a_user_makes_reads_as_in_ckanapi(error: Exception, text: str) -> None:
    assert str(error) == text


def test_an_error_has_the_attributes_of_ckanapi() -> None:
    assert ckanapi.NotFound("x").extra_msg == "x"
    assert ckanapi.NotAuthorized({"a": 1}).extra_msg == {"a": 1}
    assert ckanapi.ValidationError({"a": 1}).error_dict == {"a": 1}
    assert ckanapi.CKANAPIError("x").args == ("x",)
    assert ckanapi.NoAnswer("x").args == ("x",)


@pytest.mark.parametrize("caught_as", [ImportError, ckanapi.CKANAPIError])
def test_there_is_no_local_mode_and_the_error_says_what_to_use(caught_as: type[Exception]) -> None:
    with pytest.raises(caught_as, match=r"Use RemoteCKAN\(address, apikey=...\)"):
        ckanapi.LocalCKAN("somebody")
