"""The commands that are ckanapi's: the same ones run by ckanapi 4.11 and by ckanclient leave the same, byte by byte."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.bench import Bench
from contract.beside import Beside
from contract.catalogs import Catalog

MISSING = "no-such-thing-anywhere"


@pytest.fixture
def bench(one_catalog: Catalog) -> Iterator[Bench]:
    bench = Bench(one_catalog)
    yield bench
    bench.close()


@pytest.fixture
def beside(one_catalog: Catalog, tmp_path: Path) -> Beside:
    return Beside(one_catalog, tmp_path)


def lines(*records: Any) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


@pytest.fixture
def filled(bench: Bench) -> list[str]:
    """The names of three datasets, one of them with what is shown in more than one way."""
    group = bench.group()
    bench.dataset("a", title="Wässer\u2028\x7f", tags=[{"name": "water"}], groups=[{"id": group["id"]}])
    rich = bench.dataset("b", extras=[{"key": "ü", "value": "1.0"}], resources=[{"url": "http://example.org/a.csv"}])
    bench.action.datastore_create(
        resource={"package_id": rich["id"], "name": "table"},
        fields=[{"id": "day", "type": "date"}, {"id": "mm", "type": "int"}],
        records=[{"day": "2026-01-01", "mm": 3}],
    )
    bench.dataset("c", private=True)
    return [f"{bench.prefix}-{suffix}" for suffix in "abc"]


def test_action(beside: Beside, filled: list[str]) -> None:
    assert beside.same("action", "package_show", f"id={filled[1]}").code == 0
    assert beside.same("action", "package_search", f"q=name:{filled[0]}", "rows:1", "-j").code == 0
    assert beside.same("action", "license_list", "-J").code == 0
    assert beside.same("action", "package_show", "-i", stdin=lines({"id": filled[0]})).code == 0
    assert beside.same("action", "package_show", f"id={filled[0]}", "-g", "-j").code == 0


def test_action_with_a_file(beside: Beside, bench: Bench) -> None:
    made = bench.dataset()
    sent = beside.folder / "days.csv"
    sent.write_text("day,mm\n2026-01-01,3\n")
    done = beside.same(
        "action", "resource_create", f"package_id={made['id']}", "name=days", f"upload@{sent}", "-j",
        between=lambda: bench.action.package_patch(id=made["id"], resources=[]),
    )  # fmt: skip
    assert json.loads(done.out)["url"].endswith("/days.csv")


def test_dump(beside: Beside, bench: Bench, filled: list[str]) -> None:
    done = beside.same("dump", "datasets", *filled, MISSING, "-p", "1", "-d", "-R")
    assert (done.code, len(done.out.split("\n"))) == (3, 4)
    beside.same("dump", "datasets", *filled, "-O", "packed.gz", "-z", "-q", "-p", "1")
    group = f"{bench.prefix}-group"
    assert beside.same("dump", "groups", group, "-U", "-p", "1").code == 0
    assert beside.same("dump", "organizations", bench.organization()["name"], "-g", "-p", "1").code == 0
    assert beside.same("dump", "users", "sysadmin", "-p", "1").code == 0


def test_dump_of_all(beside: Beside, bench: Bench, filled: list[str]) -> None:
    bench.organization()
    for kind in ("datasets", "groups", "organizations"):
        theirs, ours = (
            [line for line in run("dump", kind, "--all", "-q").out.split("\n") if bench.prefix in line]
            for run in (beside.ckanapi, beside.ckanclient)
        )
        assert ours == theirs
        assert len(ours) == (len(filled) - 1 if kind == "datasets" else 1)  # One dataset is private.


def test_search(beside: Beside, filled: list[str]) -> None:
    query = f"fq=+name:{filled[0].removesuffix('-a')}*"
    assert len(beside.same("search", "datasets", query, "include_private:true").out.split("\n")) == 4
    assert beside.same("search", "datasets", query, "sort=name desc", "rows:1", "start:1", "-g").code == 0
    beside.same("search", "datasets", "-i", "-z", "-O", "found.gz", stdin=lines({"fq": query.removeprefix("fq=")}))


def test_load_of_datasets(beside: Beside, bench: Bench) -> None:
    names = [bench.name(f"load-{number}") for number in range(3)]
    owner = bench.catalog.organization
    records = [{"name": name, "title": "Wässer", "owner_org": owner} for name in names]
    wrong = {"name": "NO NAME", "owner_org": owner}
    nameless = {"title": "nameless", "owner_org": owner}

    def purge() -> None:
        for name in names[:2]:
            bench.action.dataset_purge(id=name)

    given = lines(records[0], wrong, records[1], nameless)
    assert beside.same("load", "datasets", "-p", "1", "-l", "log", stdin=given, between=purge).code == 3
    changed = lines({**records[0], "title": "other"}, {**records[2], "id": MISSING})
    assert beside.same("load", "datasets", "-p", "1", "-o", "-l", "log", stdin=changed).code == 3
    given = lines(*records)
    part = ("-n", "-s", "2", "-m", "1", "-z")
    assert beside.same("load", "datasets", "-p", "1", *part, stdin=gzip.compress(given)).code == 1


@pytest.mark.parametrize("kind", ["organization", "group"])
def test_load_of_organizations_and_groups(beside: Beside, bench: Bench, kind: str) -> None:
    name = f"{bench.prefix}-{kind}"
    bench.purge_later(kind, name)

    def purge() -> None:
        bench.action(f"{kind}_purge", id=name)

    first = lines({"name": name, "title": "One", "users": [{"name": "editor", "capacity": "editor"}]})
    assert beside.same("load", f"{kind}s", stdin=first, between=purge).code == 0
    assert beside.same("load", f"{kind}s", "-l", "log", stdin=lines({"name": name, "title": "Two"})).code == 0
    shown = bench.action(f"{kind}_show", id=name, include_users=True)
    assert shown["title"] == "Two"
    assert "editor" in {user["name"] for user in shown["users"]}


def test_batch(beside: Beside, bench: Bench) -> None:
    made = bench.dataset()
    (beside.folder / "days.csv").write_text("day\n")
    calls = lines(
        {"action": "package_patch", "data": {"id": made["id"], "title": "Wässer"}},
        {"action": "package_show", "data": {"id": MISSING}},
        {"action": "package_patch", "data": {"id": made["id"], "name": "NO NAME"}},
        {"action": "status_show"},
        {"action": "resource_create", "data": {"package_id": made["id"]}, "files": {"upload": "../days.csv"}},
        {"action": "resource_create", "data": {"package_id": made["id"]}, "files": {"upload": "../no.csv"}},
    )

    def restore() -> None:
        bench.action.package_patch(id=made["id"], title="it", resources=[])

    options = ("--local-files", "-l", "log", "-p", "1")
    assert beside.same("batch", *options, stdin=calls, between=restore).code == 3
    assert [resource["url"].rpartition("/")[2] for resource in bench.show(made["id"])["resources"]] == ["days.csv"]


def test_delete(beside: Beside, bench: Bench) -> None:
    made = [bench.dataset(f"delete-{number}") for number in range(6)]
    names = [dataset["name"] for dataset in made]

    def undelete() -> None:
        for dataset in made:
            bench.action.package_patch(id=dataset["id"], state="active")

    forms = (
        lines({"id": made[0]["id"], "name": "not-this"}, {"results": [{"id": made[1]["id"]}, {"id": made[2]["id"]}]})
        + lines(names[3], [names[4], MISSING])
        + f"{names[5]}\n".encode()
    )
    done = beside.same("delete", "datasets", "-p", "1", "-l", "log", stdin=forms, between=undelete)
    assert done.code == 3
    assert {bench.show(dataset["id"])["state"] for dataset in made} == {"deleted"}
