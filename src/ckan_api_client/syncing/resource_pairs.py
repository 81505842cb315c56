"""Which resource is which: those of the source, those of the catalog, and what both were when last they agreed.

A resource is known by its derived id in the source's data (and so in what is kept), and by CKAN's id in the catalog;
they differ where another client made the resource.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckan_api_client.quirks.normalisation import ABSENT
from ckan_api_client.quirks.resources import pair_resources
from ckan_api_client.syncing.deciding import Agreement

_Item = Mapping[str, Any]
_Items = Sequence[_Item]

#: Where the ids of the catalog that are not the derived ones are remembered; no path of a field looks like this.
IDS = "resource ids"


@dataclass(frozen=True, slots=True)
class Pairs:
    """Who is who, by derived id.

    `found`: what each wanted resource is in the catalog, None for one that is not there. `agreed`: the resource on
    both sides when last they agreed, ABSENT where a side had none. `gone`: those that the source had, and has no more.
    """

    found: dict[str, _Item | None]
    agreed: dict[str, Agreement]
    gone: tuple[str, ...]

    def catalog_id(self, derived: str) -> str:
        """Return the id that CKAN has, or had, for a resource."""
        found = self.found.get(derived)
        if found is None and derived in self.agreed:
            catalog = self.agreed[derived].catalog
            found = None if catalog is ABSENT else catalog
        return str(found["id"]) if found else derived


def pair_sides(wanted: _Items, current: _Items, before: _Items, then: _Items, remembered: Mapping[str, Any]) -> Pairs:
    """Return the pairs of two sides, now and when last seen.

    What was a pair stays one. The rest is paired by id, URL and name: what people made anew in place of one that they
    removed, and what the source knows by another id by now.
    """
    agreed = _agreements(before, then, remembered)
    left = {str(item["id"]): item for item in current}
    found: dict[str, _Item | None] = {}
    removed, new = [], []
    for item in wanted:
        derived = str(item["id"])
        agreement = agreed.get(derived)
        if agreement is None:
            new.append(item)
            continue
        known = derived if agreement.catalog is ABSENT else str(agreement.catalog["id"])
        found[derived] = left.pop(known, None)
        if found[derived] is None:
            removed.append(item)
    then_ids = {str(item["id"]) for item in then}
    for items, candidates in (
        (removed, [item for key, item in left.items() if key not in then_ids]),
        (new, list(left.values())),
    ):
        for item, match in pair_resources(items, [one for one in candidates if str(one["id"]) in left]):
            found[str(item["id"])] = left.pop(str(match["id"])) if match is not None else None
    gone = [derived for derived in agreed if derived not in found]
    # A resource that the source knows by another id is the one that it was.
    owners = {str(agreed[derived].catalog["id"]): derived for derived in gone if agreed[derived].catalog is not ABSENT}
    for item in new:
        match = found[str(item["id"])]
        former = owners.get(str(match["id"])) if match is not None else None
        if former is not None:
            agreed[str(item["id"])] = agreed[former]
            gone.remove(former)
    return Pairs(found, agreed, tuple(gone))


def _agreements(before: _Items, then: _Items, remembered: Mapping[str, Any]) -> dict[str, Agreement]:
    """Return, for each resource that the source had, both sides as they agreed; kept agreements are the older ones."""
    ids = remembered.get(IDS, {})
    known = {str(item["id"]): item for item in then}
    agreed: dict[str, Agreement] = {}
    rest = []
    for item in before:
        derived = str(item["id"])
        catalog = known.pop(str(ids.get(derived, derived)), None)
        if catalog is None:
            rest.append(item)
        else:
            agreed[derived] = Agreement(item, catalog)
    for item, match in pair_resources(rest, list(known.values())):
        agreed[str(item["id"])] = Agreement(item, ABSENT if match is None else match)
    for path, entry in remembered.items():
        head, _, rest_of_path = path.partition(".")
        derived, _, field = rest_of_path.partition(".")
        if head != "resources" or not derived:
            continue
        both = entry.get("agreed")
        if not field and both is not None:
            agreed[derived] = Agreement(both.get("source", ABSENT), both.get("catalog", ABSENT))
        elif field and derived in agreed and agreed[derived].catalog is not ABSENT:
            # Of a field without agreement, neither side had anything.
            sides = ((agreed[derived].source, "source"), (agreed[derived].catalog, "catalog"))
            agreed[derived] = Agreement(
                *(_with_field(item, field, (both or {}).get(side, ABSENT)) for item, side in sides)
            )
    return agreed


def _with_field(item: _Item, field: str, value: Any) -> dict[str, Any]:
    return {key: one for key, one in {**item, field: value}.items() if one is not ABSENT}
