"""A defect to plant: one text of the package in place of another, and the tests that have to notice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "ckan_api_client"


class Rotten(Exception):
    """The text that a defect takes the place of is not there exactly once: the table has to follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """`takes_out`: the protection that is gone. `file`: within the package. `tests`: what pytest is to run, from the
    root of the repository.
    """

    name: str
    takes_out: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def planted_in(self, text: str) -> str:
        """Return the text of the file with the defect in it. Raises Rotten."""
        found = text.count(self.old)
        if found != 1:
            raise Rotten(f"{self.name}: what it takes the place of is {found} times in {self.file}, not once")
        return text.replace(self.old, self.new)
