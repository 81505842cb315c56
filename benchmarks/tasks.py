"""What is measured: each task has contestants, which do the same by different means, and floors."""

from __future__ import annotations

from collections.abc import Callable

import material
from bench import KNOWN, Bench, Contestant

#: How many prepared bodies are under way at once: what saturates a server is found out.
_AT_ONCE = (1, 2, 3, 4, 6, 8)
#: For the floors of other tasks; two or three saturate a CKAN on two cores.
_USUAL = "3"
OURS, LOST = "ckanclient sync", "ckanclient sync, state lost"
SLIM, WHOLE = "floor: lines, slim pages", "floor: lines, whole pages"


def unchanged(bench: Bench) -> list[Contestant]:
    """A source is synced that has not changed."""
    bench.fill()
    material.write_part(bench.folder, bench.part)
    source = bench.file("source.jsonl")
    return [
        Contestant(OURS, lambda: bench.sync("source.jsonl", KNOWN), bench.settle),
        Contestant(SLIM, lambda: bench.floor("slim", source)),
        Contestant(LOST, lambda: bench.sync("source.jsonl", "lost.sqlite"), lambda: bench.forget("lost.sqlite")),
        Contestant(WHOLE, lambda: bench.floor("whole", source)),
        *bench.starts("sync"),
        *(bench.by_peer("load datasets", "-I", bench.file("part.jsonl")) if bench.part else []),
    ]


def changed(bench: Bench) -> list[Contestant]:
    """A source is synced of which one record in a hundred has changed; ckanapi writes all, as where none has."""
    bench.fill()

    def check() -> None:
        bench.holds(-(-bench.records // 100), f"title:{material.REVISED}")
        bench.touch()

    writing = (bench.file("source.jsonl"), "package_revise", bench.file("revise.jsonl"), _USUAL)
    return [
        Contestant(OURS, lambda: bench.sync("changed.jsonl", KNOWN), bench.settle, check),
        Contestant("floor: lines, slim pages, writes", lambda: bench.floor("slim", *writing), bench.settle, check),
        *bench.starts("sync"),
    ]


def first(bench: Bench) -> list[Contestant]:
    """Records are loaded into a catalog that is empty."""

    def empty() -> None:
        bench.empty()
        bench.forget("first.sqlite")

    def check() -> None:
        bench.holds(bench.records)

    def replayed(at_once: int) -> Contestant:
        bodies = bench.file("create.jsonl")
        return Contestant(
            f"floor: bodies, {at_once} at once",
            lambda: bench.floor("write", "package_create", bodies, str(at_once)),
            empty,
            check,
            "floor",
        )

    material.write_part(bench.folder, bench.part)
    return [
        Contestant(OURS, lambda: bench.sync("source.jsonl", "first.sqlite"), empty, check),
        *map(replayed, _AT_ONCE),
        *bench.by_peer("load datasets", "-I", bench.file("part.jsonl"), prepare=empty),
        *bench.starts("sync"),
    ]


def dump(bench: Bench) -> list[Contestant]:
    """All datasets of a catalog are written to a file."""
    bench.fill()
    out = bench.folder / "dump.jsonl"

    def check() -> None:
        with out.open("rb") as lines:
            found = sum(1 for _ in lines)
        if found != bench.records:
            raise SystemExit(f"the dump should have {bench.records} lines, and has {found}")

    def remove() -> None:
        out.unlink(missing_ok=True)

    names = [f"record-{place:07}" for place in range(bench.part)] if bench.part < bench.records else ["--all"]
    return [
        Contestant("ckanclient dump", lambda: bench.ours("dump", "datasets", "--all", "-O", str(out)), remove, check),
        Contestant("floor: whole pages", lambda: bench.floor("dump", str(out)), remove, check),
        *bench.by_peer("dump datasets", *names, "-O", str(out), prepare=remove),
        *bench.starts("dump"),
    ]


def delete(bench: Bench) -> list[Contestant]:
    """Datasets are moved to the trash, by name, and by a sync whose source has lost all but one of them."""
    names = bench.file("names.txt")

    def fill() -> None:
        bench.is_full = False
        if not bench.server.fill(bench.folder / "create.jsonl"):
            bench.fill()

    def fill_and_know() -> None:
        bench.is_full = False
        bench.fill()

    def fill_and_gather() -> None:
        fill()
        material.write_bulk(bench.folder, bench.organization_id())

    def left(number: int) -> Callable[[], None]:
        return lambda: bench.holds(number)

    return [
        Contestant("ckanclient delete", lambda: bench.ours("delete", "datasets", "-I", names), fill, left(0)),
        Contestant(
            "ckanclient sync, all but one are gone",
            lambda: [*bench.sync("rest.jsonl", KNOWN), "--max-deletes", str(bench.records)],
            fill_and_know,
            left(1),
        ),
        Contestant(
            "floor: bodies, 3 at once",
            lambda: bench.floor("write", "package_delete", bench.file("delete.jsonl"), _USUAL),
            fill,
            left(0),
        ),
        Contestant(
            "floor: one bulk_update_delete",
            lambda: bench.floor("write", "bulk_update_delete", bench.file("bulk.jsonl"), "1"),
            fill_and_gather,
            left(0),
        ),
        *bench.by_peer("delete datasets", "-m", str(bench.part), "-I", names, prepare=fill),
        *bench.starts("delete"),
    ]


TASKS: dict[str, Callable[[Bench], list[Contestant]]] = {
    "unchanged": unchanged,
    "changed": changed,
    "first": first,
    "dump": dump,
    "delete": delete,
}
