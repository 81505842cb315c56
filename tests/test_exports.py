"""What is public stays where it is: the import paths of the design, and `__all__` of each public module."""

from __future__ import annotations

import importlib
import inspect
from types import ModuleType

import pytest

PUBLIC = [
    "low_level",
    "high_level",
    "syncing",
    "objects",
    "sources",
    "exceptions",
    "transport",
    "ckanapi",
    "ckanapi.errors",
]

#: The import paths that are promised for good.
PROMISED = {
    "low_level": {"CkanLowlevelClient", "AsyncCkanLowlevelClient"},
    "high_level": {"CkanHighlevelClient", "AsyncCkanHighlevelClient"},
    "syncing": {"SynchronizationClient", "AsyncSynchronizationClient"},
    "objects": {"CkanDataset", "CkanResource", "CkanOrganization", "CkanGroup"},
    "exceptions": {"HTTPError", "BadApiError", "BadApiWarning", "OperationFailure", "CkanError"},
    "ckanapi": {
        "RemoteCKAN",
        "LocalCKAN",
        "TestAppCKAN",
        "CKANAPIError",
        "NotAuthorized",
        "NotFound",
        "ValidationError",
    },
}


@pytest.fixture(params=PUBLIC)
def module(request: pytest.FixtureRequest) -> ModuleType:
    return importlib.import_module(f"ckan_api_client.{request.param}")


def test_all_is_sorted_and_names_nothing_twice(module: ModuleType) -> None:
    # As ruff sorts it: CONSTANTS, then Classes, then functions.
    names = list(module.__all__)
    assert names == sorted(set(names), key=lambda name: (not name.isupper(), not name[0].isupper(), name))


def test_whatever_all_names_is_there(module: ModuleType) -> None:
    assert [name for name in module.__all__ if not hasattr(module, name)] == []


def test_whatever_a_module_defines_for_others_is_in_all(module: ModuleType) -> None:
    inside = {
        name
        for name, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value))
        and not name.startswith("_")
        and value.__module__ == module.__name__
    }
    assert inside <= set(module.__all__)


@pytest.mark.parametrize("name", ["low_level", "high_level", "syncing", "objects", "sources", "ckanapi"])
def test_the_init_of_a_public_package_imports_nothing_that_it_does_not_export(name: str) -> None:
    module = importlib.import_module(f"ckan_api_client.{name}")
    imported = {
        name
        for name, value in vars(module).items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and not name.startswith("_")
    }
    assert imported <= set(module.__all__)


def test_public_classes_have_a_docstring(module: ModuleType) -> None:
    classes = [value for name in module.__all__ if inspect.isclass(value := getattr(module, name))]
    assert [cls.__name__ for cls in classes if not inspect.getdoc(cls)] == []


@pytest.mark.parametrize(("path", "name"), [(path, name) for path, names in PROMISED.items() for name in sorted(names)])
def test_a_promised_import_path_works(path: str, name: str) -> None:
    module = importlib.import_module(f"ckan_api_client.{path}")
    assert inspect.isclass(getattr(module, name))
    assert name in module.__all__
