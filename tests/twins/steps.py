"""One call as data: an action, who asks, and arguments that name things of this run by symbols instead of ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Name:
    """A name that only this run uses, and in it both CKANs."""

    slot: str


@dataclass(frozen=True)
class Id:
    """The id of whatever was last seen under a name; an id of nothing, where nothing was."""

    slot: str


@dataclass(frozen=True)
class ResourceId:
    """The id of the resource at a place of the dataset of this name, as last seen."""

    slot: str
    place: int


@dataclass(frozen=True)
class Modified:
    """The `metadata_modified` of the dataset of this name, as last seen."""

    slot: str


@dataclass(frozen=True)
class Fresh:
    """A UUID that the caller chooses: the same in both CKANs, another one in the next run."""

    text: str


@dataclass(frozen=True)
class Text:
    """A text with symbols inside."""

    parts: tuple[str | Name | Id | ResourceId | Modified | Fresh, ...]


Symbol: TypeAlias = Name | Id | ResourceId | Modified | Fresh | Text


@dataclass(frozen=True)
class Step:
    """`who`: sysadmin, editor or nobody. `kind` is what the step is counted as, where that is more than its action."""

    action: str
    arguments: dict[str, Any]
    who: str = "sysadmin"
    kind: str = ""

    def label(self) -> str:
        return self.kind or self.action


Steps: TypeAlias = tuple[Step, ...]


def literal(steps: Steps) -> str:
    """Return the Python source of a sequence, to be pasted into tests/twins/replays.py."""
    rows = (f"        Step({each.action!r}, {each.arguments!r}, {each.who!r})," for each in steps)
    return "\n".join(["    (", *rows, "    ),"])
