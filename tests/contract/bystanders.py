"""Datasets that have to do with a source only at first sight: no sync of it may touch them."""

from __future__ import annotations

from typing import Any

from ckan_api_client.syncing.identity import Identity
from contract.bench import Bench


def marked(value: str) -> list[dict[str, str]]:
    return [{"key": "_harvest_source", "value": value}]


def make_bystanders(
    bench: Bench, source: str, *, like: str = "a", other: str = "d", title: str = "Title d"
) -> dict[str, str]:
    """Make them, twenty-one; return the id of each.

    They resemble the record `like`, and one has the name that the nameless record `other` would be given by its title.
    """
    ours = Identity(source, like)
    organization = bench.organization("theirs")["name"]
    group = bench.group("theme")["name"]
    resource = {"url": "http://data.example/a.csv", "format": "CSV", "description": "Ours"}
    kinds: dict[str, dict[str, Any]] = {
        "unmarked": {},
        "with the title of ours": {"title": "Title a"},
        "with the data of ours": {"title": "Title a", "extras": [{"key": "x", "value": "1"}], "resources": [resource]},
        "with the name of ours": {"name": f"{bench.prefix}-name-taken"},
        "named like our id": {"name": ours.dataset_id},
        "named as ours would be if its name were taken": {"name": next(Identity(source, other).names(None, title))},
        "of another source": {"extras": marked("elsewhere:a")},
        "of a source whose name begins with ours": {"extras": marked(f"{source}2:a")},
        "of a source whose name goes on after ours": {"extras": marked(f"{source}-x:a")},
        "of a source whose name ours begins with": {"extras": marked(f"{source[:-1]}:a")},
        "of a source whose name ends with ours": {"extras": marked(f"x{source}:a")},
        "of our source in capitals": {"extras": marked(f"{source.upper()}:a")},
        "marked without a record": {"extras": marked(source)},
        "marked under another key": {"extras": [{"key": "harvest_source", "value": ours.marker}]},
        "with our marker in its text": {"notes": f"_harvest_source {ours.marker}", "title": ours.marker},
        "private": {"private": True},
        "a draft": {"state": "draft"},
        "a draft of another source": {"state": "draft", "extras": marked("elsewhere:a")},
        "in a group": {"groups": [{"name": group}]},
        "of another organization": {"owner_org": organization, "extras": marked("elsewhere:b")},
        "in the trash": {"extras": marked("elsewhere:c")},
    }
    made = {kind: bench.dataset(str(number), **fields)["id"] for number, (kind, fields) in enumerate(kinds.items())}
    bench.action.package_delete(id=made["in the trash"])
    return made
