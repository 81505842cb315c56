"""What a sync may decide differently from site to site; names and defaults are those of the 2014 client."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategies:
    """Merge strategies.

    `organization_merge_strategy`, `group_merge_strategy`: "create" makes what is missing and leaves the rest alone;
    "update" also brings titles and descriptions up to date. `dataset_preserve_names`: an existing dataset keeps its
    name. `dataset_preserve_organization`: an existing dataset keeps its organization. `dataset_group_merge_strategy`:
    "add" puts the source's groups beside the present ones, "replace" instead of them, "preserve" leaves them alone.
    """

    organization_merge_strategy: Literal["create", "update"] = "create"
    group_merge_strategy: Literal["create", "update"] = "create"
    dataset_preserve_names: bool = True
    dataset_preserve_organization: bool = True
    dataset_group_merge_strategy: Literal["add", "replace", "preserve"] = "add"

    @classmethod
    def taken_from(cls, options: dict[str, Any]) -> Self:
        """Take the strategies out of keyword arguments. Raises ValueError for a value that is none."""
        chosen = {field.name: options.pop(field.name) for field in fields(cls) if field.name in options}
        hints = get_type_hints(cls)
        for name, value in chosen.items():
            allowed = get_args(hints[name]) or (True, False)
            if value not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(map(repr, allowed))}, and is {value!r}")
        return cls(**chosen)
