"""What a merge may do: who wins, which fields are the source's own, which are none of its business."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from ckan_api_client.syncing.fitting import MARKER_KEY
from ckan_api_client.syncing.strategies import Strategies

OnConflict: TypeAlias = Literal["catalog", "source", "fail"]

#: The fields of a fitted dataset that can be owned or ignored whole.
_FIELDS = frozenset(
    {
        "author", "author_email", "extras", "groups", "license_id", "maintainer", "maintainer_email", "name", "notes",
        "owner_org", "private", "resources", "tags", "title", "url", "version",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What happens where source and catalog differ.

    `on_conflict`: which value it will be where both changed; with "fail" it is the catalog's, and the plan must not be
    applied. `own`: paths that are the source's alone, whatever people change. `ignore`: paths that a sync neither reads
    from the source nor writes. Paths are `title`, `extras` or `extras.KEY`, `tags`, `groups`, `resources`, or
    `resources.FIELD` for that field of every resource. A list that is owned becomes exactly the source's; of `extras`,
    those that the source has. `server_made_extras`: shown by the site, and never sent back (quirk C8).

    Raises ValueError for a path that is none.
    """

    on_conflict: OnConflict = "catalog"
    own: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    strategies: Strategies = field(default_factory=Strategies)
    server_made_extras: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.on_conflict not in get_args(OnConflict):
            allowed = ", ".join(map(repr, get_args(OnConflict)))
            raise ValueError(f"on_conflict must be one of {allowed}, and is {self.on_conflict!r}")
        object.__setattr__(self, "own", check_paths("own", self.own))
        object.__setattr__(self, "ignore", check_paths("ignore", self.ignore))
        if "owner_org" in self.ignore:
            raise ValueError("ignore: owner_org is needed for new datasets; existing ones keep theirs anyway")
        both = sorted(path for path in self.own if is_ignored(path, self.ignore))
        if both:
            raise ValueError(f"{', '.join(both)}: either the source's own, or ignored")

    def owns(self, path: str) -> bool:
        """Tell whether a path as users write it is the source's alone, by itself or with its list."""
        return path in self.own or path.partition(".")[0] in self.own


def check_paths(option: str, paths: Collection[str]) -> frozenset[str]:
    """Return the paths of an option. Raises ValueError where one is no path of a field."""
    if isinstance(paths, str):
        raise ValueError(f"{option} takes several paths, such as [{paths!r}]")  # noqa: TRY004 - as for any wrong option
    for path in paths:
        head, dot, rest = path.partition(".")
        inner = head in {"extras", "resources"} and rest
        if head not in _FIELDS or (dot and not inner) or path in {f"extras.{MARKER_KEY}", "resources.id"}:
            raise ValueError(
                f"{option}: {path!r} is no field that a source can give: say extras.KEY, resources.FIELD, "
                f"or one of {', '.join(sorted(_FIELDS))}"
            )
    return frozenset(paths)


def is_ignored(path: str, ignore: Collection[str]) -> bool:
    """Tell whether a path as users write it is ignored, by itself or with its list."""
    return path in ignore or path.partition(".")[0] in ignore


def drop_ignored(data: Mapping[str, Any], ignore: Collection[str]) -> dict[str, Any]:
    """Return the data of a record without what is ignored, as if the source had never said it."""
    kept = {key: value for key, value in data.items() if key not in ignore}
    if kept.get("extras"):
        kept["extras"] = [extra for extra in kept["extras"] if f"extras.{extra['key']}" not in ignore]
    fields = {path.removeprefix("resources.") for path in ignore if path.startswith("resources.")}
    if fields and kept.get("resources"):
        kept["resources"] = [
            {key: value for key, value in resource.items() if key not in fields} for resource in kept["resources"]
        ]
    return kept
