"""Each contract test runs on the embedded CKANs and on every real one that there is.

Without a real one, that half is skipped by name, or fails where it must. A test that asks for `catalog` (or anything
built on it) runs on the plain CKANs; one that asks for `any_catalog`, on those with other profiles too; one that asks
for `one_catalog`, on those of one release. No test asks which CKAN it has, but to look a literal up in a table of
differences.
"""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from _pytest.mark.structures import ParameterSet

from ckan_api_client.high_level import AsyncCkanHighlevelClient, CkanHighlevelClient
from ckan_api_client.testing import EmbeddedCkan
from contract.bench import Bench
from contract.catalogs import EMBEDDED, PLAIN, Catalog, catalog_of, find_catalogs, start_embedded
from contract.differences import DIFFERENCES
from side_by_side import unit_of

#: The release of `one_catalog`, where there is one of it.
ONE = "2.11"

NO_CKAN = "no CKAN to test on; run scripts/ckan up 2.11"

_found = pytest.StashKey[list[Catalog]]()
_embedded = pytest.StashKey[dict[str, EmbeddedCkan]]()


def catalogs_of(config: pytest.Config) -> list[Catalog]:
    """Look the CKANs up, once."""
    if _found not in config.stash:
        options = (config.getoption(f"--ckan-{name}") for name in ("url", "token", "editor-token", "version"))
        try:
            config.stash[_found] = find_catalogs(*options)
        except (ValueError, RuntimeError) as error:
            raise pytest.UsageError(str(error)) from error
    return config.stash[_found]


def embedded_of(config: pytest.Config) -> list[Catalog]:
    """Start the embedded CKANs, once; none where the options name one CKAN to test on."""
    if config.getoption("--ckan-url"):
        return []
    if _embedded not in config.stash:
        config.stash[_embedded] = start_embedded()
    return [catalog_of(server) for server in config.stash[_embedded].values()]


def pytest_unconfigure(config: pytest.Config) -> None:
    for server in config.stash.get(_embedded, {}).values():
        server.close()


def must_have_ckan(config: pytest.Config) -> bool:
    return bool(config.getoption("--require-ckan") or os.environ.get("CI"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for fixture in ("any_catalog", "catalog", "one_catalog"):
        if fixture not in metafunc.fixturenames:
            continue
        found, simulated = catalogs_of(metafunc.config), embedded_of(metafunc.config)
        if fixture != "any_catalog":
            found = [catalog for catalog in found if catalog.profile == PLAIN]
        if fixture == "one_catalog":
            found, simulated = ([one for one in many if one.release == ONE] or many[:1] for many in (found, simulated))
        marks = [] if must_have_ckan(metafunc.config) else [pytest.mark.skip(reason=NO_CKAN)]
        real = [pytest.param(one, id=one.label) for one in found] or [pytest.param(None, id="no-CKAN", marks=marks)]
        embedded = [_on_embedded(one, metafunc.function.__name__) for one in simulated]
        metafunc.parametrize(fixture, [*embedded, *real], indirect=True, scope="session")
        return


def _on_embedded(catalog: Catalog, test: str) -> ParameterSet:
    """Return the embedded CKAN as a parameter; where a test is known to find a difference, it must go on finding it."""
    marks = [pytest.mark.xfail(reason=DIFFERENCES[test], strict=True)] if test in DIFFERENCES else []
    return pytest.param(catalog, id=catalog.label, marks=marks)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker("contract")
            _must_be_with_its_catalog(item)


def _must_be_with_its_catalog(item: pytest.Item) -> None:
    """Make sure that a test on a real CKAN is never run beside another one there: its id has to tell."""
    parameters = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    for catalog in (value for value in parameters.values() if isinstance(value, Catalog)):
        if catalog.profile != EMBEDDED and unit_of(item.nodeid) != f"CKAN {catalog.label}":
            raise pytest.UsageError(f"{item.nodeid} would not be kept together with the others on {catalog.label}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = terminalreporter.getreports("skipped")
    if skipped := [report.nodeid for report in reports if NO_CKAN in str(report.longrepr)]:
        terminalreporter.section(f"{len(skipped)} CONTRACT TESTS SKIPPED: {NO_CKAN}", "!", red=True, bold=True)
        for name in dict.fromkeys(name.partition("[")[0] for name in sorted(skipped)):
            terminalreporter.line(name)


@pytest.fixture(scope="session")
def catalog(request: pytest.FixtureRequest) -> Catalog:
    """One of the plain CKANs."""
    if request.param is None:
        pytest.fail(f"CONTRACT TESTS NOT RUN: {NO_CKAN}", pytrace=False)
    return cast("Catalog", request.param)


@pytest.fixture(scope="session")
def any_catalog(request: pytest.FixtureRequest) -> Catalog:
    """One of the CKANs, whatever its profile."""
    if request.param is None:
        pytest.fail(f"CONTRACT TESTS NOT RUN: {NO_CKAN}", pytrace=False)
    return cast("Catalog", request.param)


@pytest.fixture(scope="session")
def one_catalog(request: pytest.FixtureRequest) -> Catalog:
    """A plain CKAN of one release, which will do where what is tested is alike on all."""
    if request.param is None:
        pytest.fail(f"CONTRACT TESTS NOT RUN: {NO_CKAN}", pytrace=False)
    return cast("Catalog", request.param)


@pytest.fixture
def bench(catalog: Catalog) -> Iterator[Bench]:
    """Makes what the test needs, as the sysadmin, and purges it afterwards."""
    bench = Bench(catalog)
    yield bench
    bench.close()


@pytest.fixture
def dataset(bench: Bench) -> Callable[..., dict[str, Any]]:
    """Make a dataset, by a plain package_create."""
    return bench.dataset


@pytest.fixture
def client(catalog: Catalog) -> Iterator[CkanHighlevelClient]:
    """The sysadmin's."""
    with catalog.client() as client:
        yield client


@pytest.fixture
def editor(catalog: Catalog) -> Iterator[CkanHighlevelClient]:
    """An editor's, of one organization."""
    with CkanHighlevelClient(catalog.url, catalog.editor_token) as client:
        yield client


@pytest.fixture
def visitor(catalog: Catalog) -> Iterator[CkanHighlevelClient]:
    """Anybody's, without a token."""
    with CkanHighlevelClient(catalog.url) as client:
        yield client


@pytest.fixture(params=["sysadmin", "editor"])
def either(
    request: pytest.FixtureRequest, client: CkanHighlevelClient, editor: CkanHighlevelClient
) -> CkanHighlevelClient:
    """The sysadmin's client, then the editor's."""
    return client if request.param == "sysadmin" else editor


class Awaited:
    """An asynchronous client that is called like a blocking one."""

    def __init__(self, client: AsyncCkanHighlevelClient, runner: asyncio.Runner) -> None:
        self._client = client
        self._runner = runner

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)

        async def collect(items: Any) -> list[Any]:
            return [item async for item in items]

        def call(*arguments: Any, **options: Any) -> Any:
            result = method(*arguments, **options)
            return self._runner.run(result if inspect.iscoroutine(result) else collect(result))

        return call


@pytest.fixture
def records(bench: Bench) -> dict[str, Any]:
    """Three records of a source, by their ids."""
    return {letter: {"name": bench.name(letter), "title": letter.upper()} for letter in ("a", "b", "c")}


@pytest.fixture
def rest(records: dict[str, Any]) -> dict[str, Any]:
    """The records when a is gone."""
    return {"b": records["b"], "c": records["c"]}


@pytest.fixture(params=["blocking", "async"])
def both(request: pytest.FixtureRequest, catalog: Catalog) -> Iterator[CkanHighlevelClient]:
    """The sysadmin's client in both colours."""
    if request.param == "blocking":
        with catalog.client() as client:
            yield client
        return
    with asyncio.Runner() as runner:
        awaited = AsyncCkanHighlevelClient(catalog.url, catalog.sysadmin_token)
        yield cast("CkanHighlevelClient", Awaited(awaited, runner))
        runner.run(awaited.close())
