"""What goes wrong in a run: drawn, put into force, and taken back."""

from __future__ import annotations

from collections import Counter
from random import Random

from schedules.catalog import Catalog

ANSWERS = (
    "lost-before-commit", "lost-after-commit", "html", "html-after-commit", "cut", "internal-error", "search-error",
    "solr-down", "too-many", "index-loss", "index-lag",
)  # fmt: skip
_ACTIONS = ("writes", "writes", "package_show", "package_search", "package_revise", "package_create", "*", "reads")
INDEX = ("frozen index", "lost from the index", "ghost", "ghost of a record")
_VALUES = {"cut": 40.0, "index-lag": 3600.0, "too-many": 0.0}


def draw_faults(draw: Random, catalog: Catalog, source: str, counted: Counter[str]) -> list[str]:
    """Put up to three faults into force; return them in words."""
    told = []
    for _ in range(draw.choice([0, 1, 1, 2, 3])):
        if draw.random() < 0.25:
            told.append(_on_index(draw, catalog, source, counted))
            continue
        kind, actions = draw.choice(ANSWERS), draw.choice(_ACTIONS)
        first = draw.randint(1, 8)
        last = first + draw.choice([0, 0, 1, 2, 30])
        share = draw.choice([1.0, 1.0, 0.5])
        catalog.ckan.faults.add(
            actions, kind, first=first, last=last, share=share, value=_VALUES.get(kind), seed=draw.randrange(1 << 30)
        )
        told.append(f"{actions}:{first}-{last}:{kind} ({share:.0%})")
    return told


def _on_index(draw: Random, catalog: Catalog, source: str, counted: Counter[str]) -> str:
    kind = draw.choice(INDEX)
    break_index(kind, draw, catalog, source, counted)
    return kind


def break_answers(kind: str, draw: Random, catalog: Catalog) -> None:
    """Let an answer, or several, go wrong from now on."""
    first = draw.randint(1, 12)
    catalog.ckan.faults.add(
        draw.choice(_ACTIONS), kind, first=first, last=first + draw.choice([0, 0, 1, 30]), value=_VALUES.get(kind)
    )


def break_index(kind: str, draw: Random, catalog: Catalog, source: str, counted: Counter[str]) -> None:
    """Let the index lose a dataset, show one that is not there, or hear of nothing any more."""
    counted[kind] += 1
    datasets = [one for found in catalog.marked(source).values() for one in found if one["state"] == "active"]
    if kind == "frozen index":
        catalog.ckan.freeze_index()
    elif kind == "lost from the index" and datasets:
        catalog.ckan.lose_from_index(draw.choice(datasets)["id"])
    elif kind in {"ghost", "ghost of a record"}:
        number = draw.randrange(1 << 16)
        key = f"ghost {number}" if kind == "ghost" or not datasets else _key_of(draw.choice(datasets))
        extras = [{"key": "_harvest_source", "value": f"{source}:{key}"}]
        ghost = {"id": f"0f0f0f0f-0000-4000-8000-{number:012}", "name": f"ghost-{number}", "extras": extras}
        catalog.ckan.add_ghost({**ghost, "title": "Boo"})


def _key_of(dataset: dict[str, list[dict[str, str]]]) -> str:
    marker = next(extra["value"] for extra in dataset["extras"] if extra["key"] == "_harvest_source")
    return marker.partition(":")[2]
