"""Whether the search index is in step with the database: which datasets only one of them knows."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Self

from ckan_api_client.low_level import CkanLowlevelClient
from ckan_api_client.low_level.flows import call_for_list, dataset_page

#: What is asked for of each dataset: pages of these cost a CKAN little.
_FIELDS = ("id", "name")


@dataclass(frozen=True, slots=True)
class IndexCheck:
    """The names of public datasets that are missing from the index, and of those that only the index has."""

    public: int
    missing: tuple[str, ...]
    ghosts: tuple[str, ...]

    @classmethod
    def of(cls, before: Collection[str], indexed: Collection[str], after: Collection[str]) -> Self:
        """Compare the names in the index with those in the database before and after it was read.

        What came or went meanwhile is neither missing nor a ghost.
        """
        stayed, known = set(before) & set(after), {*before, *after}
        return cls(len(set(after)), tuple(sorted(stayed - {*indexed})), tuple(sorted({*indexed} - known)))

    @property
    def is_in_step(self) -> bool:
        return not (self.missing or self.ghosts)

    @property
    def advice(self) -> list[str]:
        """What the site's operator can run: CKAN has no action for that."""
        # Since 2.12 a rebuild clears what the database does not have (ckan/cli/search_index.py).
        commands = ["ckan search-index rebuild"] if not self.is_in_step else []
        return [*commands, *(["ckan search-index clear-orphans"] if self.ghosts else [])]


def check_index(
    client: CkanLowlevelClient, advance: Callable[[int], None], expect: Callable[[int], None]
) -> IndexCheck:
    """Compare the index with the database. For each 1,000 datasets, one request for their ids and names.

    Only what is public is compared: there is no action that tells which private datasets the database has.
    """
    before = client.run(call_for_list("package_list", {}, str))
    expect(len(before))
    indexed: set[str] = set()
    after: str | None = None
    while True:
        page = client.run(dataset_page(after, fields=_FIELDS, everything=False))
        indexed.update(str(item.get("name")) for item in page.items)
        advance(len(page.items))
        if page.after is None:
            break
        after = page.after
    check = IndexCheck.of(before, indexed, before)
    if check.is_in_step:
        return check
    return IndexCheck.of(before, indexed, client.run(call_for_list("package_list", {}, str)))
