"""Imports go down the layers only, and what may be done in one place is done there alone."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = "ckan_api_client"
SOURCE = Path(__file__).parents[1] / "src" / PACKAGE
FILES = sorted(SOURCE.rglob("*.py"))

#: From the top. A unit may import itself and what is in the lines below its own; those of one line stay apart.
LAYERS: list[set[str]] = [
    {"cli", "pytest_plugin"},
    {"harvest", "ckanapi"},
    {"report"},
    {"syncing", "files", "bulk"},
    {"sources", "high_level"},
    {"low_level"},
    {"downloading"},
    {"transport"},
    {"connection"},
    {"wire", "objects"},
    {"exceptions", "quirks"},
]

#: Client and server cannot share a misunderstanding: it imports none of the above.
APART = "testing"

#: Who may start the embedded catalog, and so import it.
MAY_START_IT = {"cli", "pytest_plugin"}

#: Units and files that may import inside of functions, and why.
MAY_IMPORT_LATE = {
    "cli": "a command imports what it needs when it runs; ckanclient --help needs none of it",
    "pytest_plugin": "it is loaded in every pytest run of everybody who has this package",
    "low_level/clients.py": "the HTTP library takes longer to import than all the rest, and some never send anything",
    "transport.py": "who awaits has asyncio already, and nobody else needs it",
    "syncing/__init__.py": "no sync needs what a diagnosis is made of, and that takes long to import",
    "syncing/jobs.py": "as above; and few runs are undone",
}


def unit_of(file: Path) -> str:
    """The part of the package that a file belongs to; "" is the package's own __init__, which holds the version."""
    top = file.relative_to(SOURCE).parts[0].removesuffix(".py")
    return "" if top == "__init__" else top


def imports_of(file: Path) -> Iterator[tuple[ast.stmt, str]]:
    """Each import, with the absolute name of what is imported."""
    package = [PACKAGE, *file.relative_to(SOURCE).parts[:-1]]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            # `from package import module` imports the module.
            yield from ((node, f"{base}.{alias.name}") for alias in node.names)


def units_imported_by(file: Path) -> set[str]:
    found = set()
    for _, name in imports_of(file):
        parts = name.split(".")
        if parts[0] == PACKAGE:
            below = SOURCE / parts[1]
            found.add(parts[1] if below.is_dir() or below.with_suffix(".py").is_file() else "")
    return found


def allowed_to(unit: str) -> set[str]:
    """The units that a unit may import; "" is everybody's."""
    if unit in {APART, ""}:
        return {unit, ""}
    depth = next(index for index, layer in enumerate(LAYERS) if unit in layer)
    below = set().union(*LAYERS[depth + 1 :])
    return {unit, "", *below, *({APART} if unit in MAY_START_IT else set())}


def name_of(file: Path) -> str:
    return str(file.relative_to(SOURCE))


def users_of(*names: str) -> list[str]:
    """The files in which one of some dotted names is called or read."""
    return [
        name_of(file)
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Attribute | ast.Name) and ast.unparse(node) in names
    ]


def importers_of(*names: str) -> set[str]:
    return {name_of(file) for file in FILES for _, name in imports_of(file) if name.split(".")[0] in names}


def functions_that_import(file: Path) -> list[str]:
    return [
        f"{name_of(file)}:{inner.lineno}"
        for outer in ast.walk(ast.parse(file.read_text()))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(outer)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]


def test_every_file_is_in_a_layer() -> None:
    known = {"", APART}.union(*LAYERS)
    assert {unit_of(file) for file in FILES} <= known


@pytest.mark.parametrize("file", FILES, ids=name_of)
def test_a_file_imports_only_what_is_below_it(file: Path) -> None:
    assert units_imported_by(file) <= allowed_to(unit_of(file))


def test_wire_and_objects_do_not_know_each_other() -> None:
    assert "objects" not in allowed_to("wire")
    assert "wire" not in allowed_to("objects")


def test_the_lowest_layer_imports_only_itself() -> None:
    assert allowed_to("quirks") == {"quirks", ""}
    assert allowed_to("exceptions") == {"exceptions", ""}


def test_only_transport_and_downloading_import_the_http_library() -> None:
    client = [file for file in FILES if unit_of(file) != APART]
    found = {name_of(file) for file in client for _, name in imports_of(file) if name.split(".")[0] == "httpx2"}
    assert found == {"transport.py", "downloading.py"}


def test_no_other_way_to_a_socket_is_imported() -> None:
    banned = importers_of("requests", "httpx", "urllib3", "aiohttp", "httpcore", "httpcore2")
    assert {file for file in banned if not file.startswith("testing/")} == set()
    resolvers = {file for file in importers_of("socket") if not file.startswith("testing/")}
    assert resolvers == {"downloading.py"}
    in_client = {
        name_of(file)
        for file in FILES
        if unit_of(file) != APART
        for _, name in imports_of(file)
        if name.startswith(("urllib.request", "http.client"))
    }
    assert in_client == set()


def test_only_the_settings_of_the_cli_read_the_environment() -> None:
    assert set(users_of("os.environ", "os.environb", "os.getenv", "os.getenvb")) <= {"cli/settings.py"}
    assert {
        file for file in FILES for _, name in imports_of(file) if name.startswith(("os.environ", "os.getenv"))
    } == set()


#: Who may ask what time it is by this machine's clock, which may be wrong, or be set while a run lasts; and for what.
MAY_ASK_THE_TIME = {
    "syncing/running.py": "since when a record is absent, for a grace of days",
    "syncing/surveying.py": "how long it has been, for the same",
    "syncing/state/opening.py": "when a state was made, for people to read",
    "syncing/state/journal.py": "when a run began, for people to read",
    "bulk/replies.py": "the log's lines, as ckanapi writes them",
}


def test_nothing_but_a_grace_in_days_is_decided_by_this_machine_s_clock() -> None:
    asked = users_of("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns")
    assert {file for file in asked if not file.startswith("testing/")} == set(MAY_ASK_THE_TIME)


def test_only_the_cli_prints() -> None:
    assert {file for file in users_of("print") if not file.startswith("cli/")} == set()


def test_imports_are_at_the_top_of_a_file() -> None:
    others = [file for file in FILES if MAY_IMPORT_LATE.keys().isdisjoint({unit_of(file), name_of(file)})]
    assert [place for file in others for place in functions_that_import(file)] == []


def test_a_relative_import_counts_as_what_it_means() -> None:
    names = {name for _, name in imports_of(SOURCE / "objects" / "__init__.py")}
    assert "ckan_api_client.objects.dataset.CkanDataset" in names
