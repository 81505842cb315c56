"""The command line on one thing at a time: made, read, given back, changed, purged; a file goes up as it is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ckan_api_client.cli.main import main
from contract.bench import Bench
from contract.catalogs import Catalog

#: Runs a command line; returns its exit code, and what it wrote to standard output and error.
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(catalog: Catalog, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.setenv("CKAN_URL", catalog.url)
    monkeypatch.setenv("CKAN_API_TOKEN", catalog.sysadmin_token)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    def run(*arguments: str, token: str = catalog.sysadmin_token) -> tuple[int, str, str]:
        monkeypatch.setenv("CKAN_API_TOKEN", token)
        capsys.readouterr()
        code = 0
        try:
            main(list(arguments))
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        return code, *capsys.readouterr()

    return run


def make(bench: Bench, run: Run, kind: str) -> dict[str, Any]:
    """Make one of a kind by the command line; return what it printed."""
    if kind == "resource":
        dataset = bench.dataset()
        arguments = [f"package_id={dataset['name']}", "name=One", "url=https://example.org/a", "description=Old"]
    else:
        name = bench.name(kind)
        bench.purge_later(kind, name)
        arguments = [f"name={name}", "title=One", "extras.first=1"]
        arguments += ["notes=Old", f"owner_org={bench.catalog.organization}"] if kind == "dataset" else []
        arguments += ["description=Old"] if kind != "dataset" else []
    code, out, err = run("create", kind, *arguments, "--json")
    assert (code, err) == (0, "")
    made: dict[str, Any] = json.loads(out)
    return made


def get(run: Run, kind: str, reference: str) -> dict[str, Any]:
    code, out, _ = run("get", kind, reference, "--json")
    assert code == 0
    shown: dict[str, Any] = json.loads(out)
    return shown


@pytest.mark.parametrize("kind", ["dataset", "organization", "group", "resource"])
def test_from_create_to_purge(bench: Bench, run: Run, kind: str, tmp_path: Path) -> None:
    identifier = make(bench, run, kind)["id"]
    title, text = ("name" if kind == "resource" else "title"), ("notes" if kind == "dataset" else "description")

    record = get(run, kind, identifier)
    path, base = tmp_path / "record.json", tmp_path / "base.json"
    base.write_text(json.dumps(record))
    path.write_text(json.dumps({**record, title: "Two"}))
    code, out, err = run("update", kind, identifier, "-I", str(path))
    assert (code, out.splitlines()[1:], err) == (0, [f'  {title}: "One" -> "Two"'], "")
    assert run("update", kind, identifier, "-I", str(path))[1].startswith("nothing to change")

    code, out, _ = run("patch", kind, identifier, f"{text}=New")
    assert (code, out.splitlines()[1:]) == (0, [f'  {text}: "Old" -> "New"'])
    assert run("patch", kind, identifier, f"{text}=New")[1].startswith("nothing to change")
    now = get(run, kind, identifier)
    assert (now[title], now[text]) == ("Two", "New")

    # With the record as it was read first: their description stays, both changed the title.
    path.write_text(json.dumps({**record, "title" if kind != "resource" else "name": "Three"}))
    assert run("update", kind, identifier, "-I", str(path), "--base", str(base))[0] == 5
    assert get(run, kind, identifier) == now

    code, out, err = run("purge", kind, identifier)
    assert (code, out) == (2, "")
    assert "--yes" in err
    assert run("purge", kind, identifier, "--yes")[0] == 0
    code, _, err = run("get", kind, identifier, "--deleted")
    assert (code, f"there is no {kind}" in err) == (1, True)


def test_single_values_of_a_dataset_are_set_by_an_editor(bench: Bench, run: Run) -> None:
    made = bench.dataset(tags=[{"name": "road"}], extras=[{"key": "a", "value": "1"}, {"key": "b", "value": "2"}])
    arguments = ('tags:["map"]', "extras.a:null", "extras.c=3", "notes=N", "private:true")
    code, _, err = run("patch", "dataset", made["name"], *arguments, token=bench.catalog.editor_token)
    assert (code, err) == (0, "")
    after = bench.show(made["id"])
    assert {extra["key"]: extra["value"] for extra in after["extras"]} == {"b": "2", "c": "3"}
    assert ([tag["name"] for tag in after["tags"]], after["notes"], after["private"]) == (["map"], "N", True)
    run("patch", "dataset", made["id"], "notes:null", "tags:[]")
    after = bench.show(made["id"])
    assert (after["notes"] or "", after["tags"]) == ("", [])


def test_a_record_that_is_outdated_is_a_conflict(bench: Bench, run: Run, tmp_path: Path) -> None:
    made = bench.dataset(notes="Old")
    path = tmp_path / "record.json"
    path.write_text(json.dumps({**get(run, "dataset", made["id"]), "title": "Mine"}))
    bench.action.package_patch(id=made["id"], notes="Theirs")
    before = bench.show(made["id"])
    code, _, err = run("update", "dataset", "-I", str(path))
    assert (code, '  notes: "Theirs" -> "Old"\n' in err) == (5, True)
    assert bench.show(made["id"]) == before


def test_a_file_goes_up_and_is_replaced(bench: Bench, run: Run, tmp_path: Path) -> None:
    made = bench.dataset()
    path = tmp_path / "My roads.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 300_000)
    arguments = (f"package_id={made['name']}", "name=Roads", f"upload@{path}")
    code, out, _ = run("create", "resource", *arguments, "--json", token=bench.catalog.editor_token)
    resource = json.loads(out)
    assert (code, resource["format"], resource["size"]) == (0, "CSV", 1_200_004)
    content = bench.low_level.request("GET", urlsplit(resource["url"]).path).body
    assert hashlib.sha256(content).hexdigest() == hashlib.sha256(path.read_bytes()).hexdigest()
    path.write_bytes(b"c\n")
    code, out, _ = run("patch", "resource", resource["id"], f"upload@{path}")
    assert (code, out.splitlines()[1:]) == (0, ["  file: now My roads.csv"])
    assert bench.low_level.request("GET", urlsplit(resource["url"]).path).body == b"c\n"


def test_lists_and_lines_are_whole(bench: Bench, run: Run) -> None:
    names = [bench.dataset(f"one-{number}", private=number == 1)["name"] for number in range(3)]
    assert set(names) <= set(run("list", "datasets")[1].split())
    records = [json.loads(one) for one in run("iter", "datasets")[1].splitlines()]
    assert set(names) <= {one["name"] for one in records}
    group = bench.group()["name"]
    assert group in run("list", "groups")[1].split()
    assert group in {json.loads(one)["name"] for one in run("iter", "groups")[1].splitlines()}


def test_each_refused_field_is_a_line(bench: Bench, run: Run) -> None:
    name = bench.name("Bad!")
    code, _, err = run("create", "dataset", f"name={name}", 'tags:["a!"]', f"owner_org={bench.catalog.organization}")
    assert code == 1
    assert sorted(one.split(":")[0] for one in err.splitlines()[1:]) == ["  name", "  tags"]
