"""SECURITY.md says what is true: each test that it names exists. And what it says is not done is not done."""

from __future__ import annotations

import ast
import json
import re
import runpy
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ckan_api_client.cli.output import safe_json, safe_text
from ckan_api_client.exceptions import BadApiError
from ckan_api_client.quirks.text import clean_text
from ckan_api_client.report.differences import differences
from ckan_api_client.syncing.holders import find_holders
from ckan_api_client.wire.action import decipher_response
from ckan_api_client.wire.messages import Request, Response
from patterns import CAPPED, patterns

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ckan_api_client"
FILES = sorted(SOURCE.rglob("*.py"))
ROWS = [
    [cell.strip() for cell in row.strip("|").split("|")]
    for row in re.findall(r"^\| S\d+ .*\|$", (ROOT / "SECURITY.md").read_text(), re.MULTILINE)
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def names_in(file: Path) -> set[str]:
    """The functions of a file, those of classes as `Class::function`."""
    found = set()
    for node in ast.parse(file.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ClassDef):
            found |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return found


def test_every_threat_has_its_row() -> None:
    assert [row[0] for row in ROWS] == [f"S{number}" for number in range(1, 33)]
    assert {len(row) for row in ROWS} == {5}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_control_is_held_by_tests_that_exist(row: list[str]) -> None:
    _, threat, state, control, tests = row
    named = re.findall(r"`(tests/[\w/.]+\.py)::([\w:]+)`", tests)
    assert threat
    assert control
    assert " ".join(f"`{file}::{name}`" for file, name in named) == tests
    assert [f"{file}::{name}" for file, name in named if name not in names_in(ROOT / file)] == []
    assert state in {"yes", "in part", "nothing to protect", "not there"}
    assert not (state in {"yes", "in part"} and not named)
    assert not (state == "not there" and named)


def imported() -> Iterator[str]:
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not node.level:
                yield str(node.module).partition(".")[0]


def test_no_reader_of_formats_that_can_do_things_is_imported() -> None:
    able = {"xml", "lxml", "defusedxml", "rdflib", "pyld", "yaml", "ruamel", "pickle", "marshal", "shelve", "jinja2"}
    assert set(imported()) & able == set()


def test_nothing_is_logged() -> None:
    assert "logging" not in set(imported())


def test_no_data_is_run() -> None:
    found = [
        f"{file.name}:{node.lineno}"
        for file in FILES
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func) in {"eval", "exec", "compile", "os.system", "os.popen", "__import__"}
            or any(word.arg == "shell" for word in node.keywords)
        )
    ]
    assert found == []


def test_the_dependencies_are_few() -> None:
    names = {re.split(r"[<>=~ ]", one)[0] for one in PROJECT["dependencies"]}
    assert names == {"httpx2", "click", "rich", "luqum", "multipart", "platformdirs"}


def pip_says(file: str, **hashes: str) -> dict[str, Any]:
    own = {
        "metadata": {"name": "ckan-api-client", "version": "1"},
        "download_info": {"dir_info": {}, "url": "file:///"},
    }
    info = {"url": f"https://index.example.org/a/{file}", "archive_info": {"hashes": hashes}}
    return {"install": [own, {"metadata": {"name": "Typing_Extensions", "version": "4.1"}, "download_info": info}]}


def test_dependencies_are_pinned_with_hashes_and_without_an_index() -> None:
    pins_of = runpy.run_path(str(ROOT / "scripts" / "constraints.py"))["pins_of"]
    pins = list(pins_of(pip_says("typing_extensions-4.1-py3-none-any.whl", sha256="ab12")))
    assert pins == ["typing-extensions==4.1 --hash=sha256:ab12"]
    for wrong in (pip_says("a-4.1-py3-none-any.whl"), pip_says("a-4.1-cp311-cp311-linux_x86_64.whl", sha256="ab12")):
        with pytest.raises(ValueError, match=r"typing-extensions 4\.1: "):
            list(pins_of(wrong))


def test_the_http_library_is_new_enough() -> None:
    (version,) = (one for one in PROJECT["dependencies"] if one.startswith("httpx2"))
    assert version == "httpx2>=2.12,<3"


SLOW: dict[str, Callable[[str], Any]] = {
    "a text for the terminal": safe_text,
    "JSON for the terminal": safe_json,
    "a text for CKAN": clean_text,
    "a page in place of an answer": lambda text: _told(Response(502, {"content-type": "text/html"}, text.encode())),
    "two values of a report": lambda text: list(differences({"notes": text}, {"notes": text + "x"})),
}


def _told(response: Response) -> None:
    with pytest.raises(Exception, match="package_show"):
        decipher_response(Request("POST", "/api/3/action/package_show", "package_show"), response)


@pytest.mark.parametrize("text", ["<title", "a ", "\\", "\x00", "é", "<!--", "(((("], ids=ascii)
@pytest.mark.parametrize("name", SLOW)
def test_a_megabyte_is_through_in_a_second(name: str, text: str) -> None:
    whole = text * (2**20 // len(text.encode()))
    began = time.process_time()
    SLOW[name](whole)
    assert time.process_time() - began < 1


def tried(*arguments: str) -> tuple[int, str]:
    """Try expressions in another process, each with so many seconds of CPU; return how that ended, and at which."""
    command = [sys.executable, str(ROOT / "tests" / "patterns.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout.splitlines() or [done.stderr])[-1]


def test_no_expression_is_slow_whatever_it_is_given() -> None:
    places = [pattern.place for pattern in patterns()]
    assert len(places) > 50
    assert set(CAPPED) <= set(places)
    assert [pattern.place for pattern in patterns() if pattern.compiled is None] == []
    assert tried("5") == (0, places[-1])


@pytest.mark.parametrize("expression", [r"(?:a|a)*b", r"\s*<", r"(?:x+x+)+y"])
def test_an_expression_that_is_slow_would_be_noticed(expression: str) -> None:
    assert tried("1", expression) == (-signal.SIGXCPU, expression)


def test_a_catalog_that_shows_one_page_over_and_over_is_not_asked_for_ever() -> None:
    page = {"count": 5, "results": [{"id": "a", "name": "one", "title": "One"}]}
    answer = Response(200, {}, json.dumps({"success": True, "result": page}).encode())
    flow = find_holders("name", ["one"])
    next(flow)
    flow.send(answer)
    with pytest.raises(BadApiError, match="asked for what comes after 'a', and got 'a'"):
        flow.send(answer)
