"""What holds of the embedded CKAN after every call, whatever it was."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any

from ckan_api_client.testing import EmbeddedCkan
from twins.comparing import differing
from twins.playing import PRELUDE, Player, known_ids
from twins.sides import EmbeddedSide
from twins.steps import Steps, literal

#: What may be older in the index: a write that changes nothing else, and those of its owner and its groups (quirk E5).
_MAY_BE_OLD = frozenset({"metadata_modified", "organization", "groups", "plugin_data", "tracking_summary"})


def check_alone(ckan: EmbeddedCkan, steps: Steps) -> None:
    """Play a sequence on a CKAN that is empty, and empty it again; an AssertionError names the step."""
    side = EmbeddedSide(ckan)
    player = Player(side, "alone", known_ids(side))
    stale: set[str] = set()
    for number, step in enumerate((*PRELUDE, *steps)):
        told = player.play(step)
        if step.action.startswith("bulk_update"):
            stale |= {document["id"] for document in _shown(ckan) if document["state"] != "active"}
        rows = ckan._site.store.rows("SELECT id, name FROM package")
        stale |= {row["id"] for row in rows if row["name"] in player.memory.seen}
        if step.action == "package_owner_org_update" and ckan.version == "2.12":
            stale |= {row["id"] for row in rows}
        faults = faults_of(ckan, side, told, stale)
        assert not faults, f"{step} broke it: {faults}\n{literal(steps[: number - len(PRELUDE) + 1])}"
    player.look_at_everything()
    assert ckan.crashes == [], f"broke at the end\n{literal(steps)}"
    ckan.reset()
    left = left_after_reset(ckan)
    assert left == {"groups": 1, "member": 2}, f"left after reset: {left}\n{literal(steps)}"


def faults_of(ckan: EmbeddedCkan, side: EmbeddedSide, told: dict[str, Any], stale: AbstractSet[str]) -> list[str]:
    """Return what is wrong now, in words.

    `stale` may differ from their copies: those that CKAN leaves as they are when it changes many, or in 2.12 the owner
    alone, and those named like the id of another, with which they go from the index.
    """
    found = [f"crash: {crash!r}" for crash in ckan.crashes]
    if told["status"] == 0:
        found.append(told["error"])
    if told["status"] == 501:
        found.append("it has no such thing")
    store = ckan._site.store
    rows = {row["id"]: row for row in store.rows("SELECT * FROM package")}
    documents = _shown(ckan)
    found += [f"a resource of no dataset: {id_}" for id_ in _orphans(ckan)]
    found += _faults_of_index(rows, documents, stale)
    by_id = {document["id"]: document for document in documents}
    for row in rows.values():
        if row["name"] in rows and row["name"] != row["id"]:
            continue  # named like the id of another, which is looked for first (quirk D4)
        arguments = {"id": row["name"], "include_plugin_data": True}
        shown = side.ask("package_show", arguments, "sysadmin").body["result"]
        if (shown["id"], shown["name"]) != (row["id"], row["name"]):
            found.append(f"{row['name']} shows {shown['name']}")
        elif row["id"] in by_id and row["id"] not in stale:
            ours, theirs = _steady(shown), _steady(by_id[row["id"]])
            found += [
                f"{row['name']} {path}: {left}, in the index {right}" for path, left, right in differing(ours, theirs)
            ]
    return found


def _steady(shown: dict[str, Any]) -> dict[str, Any]:
    """Return of a dataset what the index must have as the database has it."""
    steady = {key: value for key, value in shown.items() if key not in _MAY_BE_OLD}
    steady["state"] = str(shown["state"])  # a number until the next write (see tests/twins/replays.py)
    steady["extras"] = {extra["key"]: extra["value"] for extra in shown["extras"]}
    return steady


def _shown(ckan: EmbeddedCkan) -> list[dict[str, Any]]:
    return [document["validated_data_dict"] for document in ckan._site.index.documents()]


def _orphans(ckan: EmbeddedCkan) -> list[str]:
    rows = ckan._site.store.rows("SELECT id FROM resource WHERE package_id NOT IN (SELECT id FROM package)")
    return [row["id"] for row in rows]


def _faults_of_index(
    rows: dict[str, dict[str, Any]], documents: list[dict[str, Any]], stale: AbstractSet[str]
) -> list[str]:
    """Compare the index with the database."""
    found = []
    indexed = [document["id"] for document in documents]
    if len(set(indexed)) != len(indexed):
        found.append("a dataset is in the index twice")
    expected = {id_ for id_, row in rows.items() if row["state"] != "deleted"}
    astray = (set(indexed) ^ expected) - stale
    if astray:
        found.append(f"in the index, not in the database or the other way round: {astray}")
    return found


def left_after_reset(ckan: EmbeddedCkan) -> dict[str, int]:
    """Return how many rows each table holds but those of users, where there are any."""
    tables = ("package", "resource", "tag", "package_tag", "groups", "member")
    counts = {name: ckan._site.store.value(f"SELECT count(*) FROM {name}") for name in tables}  # noqa: S608 - our tables
    counts["index"] = len(ckan._site.index.documents())
    return {name: count for name, count in counts.items() if count}
