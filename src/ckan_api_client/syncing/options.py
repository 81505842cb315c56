"""How a source is synchronized: what is merged how, what happens to datasets whose record is gone, what is adopted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal, Self, get_args

from ckan_api_client.quirks.equivalence import INJECTED_EXTRAS
from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.rules import Rules
from ckan_api_client.syncing.strategies import Strategies

DeletePolicy = Literal["delete", "purge", "private", "keep"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """All that decides what a plan says, beside source and catalog.

    `rules`: how a record is merged into its dataset. `deletes`: what becomes of a dataset whose record has left the
    source: "delete" moves it to the trash, "purge" removes it for good (sysadmins only), "private" hides it, "keep"
    leaves it alone. `grace_runs`, `grace_days`: not before the record was absent in so many complete runs, and for so
    many days. `adopt`: whether a dataset that no sync made may be taken over, and by what it is found: its "name", its
    "id" (as the record's id), or "extra:KEY" (whose value is the record's id). `retry_refused`: try again what CKAN
    refused and what has not changed since. `default_organization`: whose the records are that name none.
    """

    rules: Rules = field(default_factory=Rules)
    deletes: DeletePolicy = "delete"
    grace_runs: int = 0
    grace_days: float = 0
    adopt: str | None = None
    retry_refused: bool = False
    default_organization: str | None = None

    def __post_init__(self) -> None:
        if self.deletes not in get_args(DeletePolicy):
            raise ValueError(f"deletes must be one of {', '.join(get_args(DeletePolicy))}, and is {self.deletes!r}")
        if self.grace_runs < 0 or self.grace_days < 0:
            raise ValueError("grace_runs and grace_days cannot be below 0")
        if self.adopt is not None and self.adopt not in {"name", "id"} and not self.adopted_extra:
            raise ValueError(f'adopt must be "name", "id" or "extra:KEY", and is {self.adopt!r}')

    @property
    def adopted_extra(self) -> str:
        """The key of the extra that holds a record's id in datasets to adopt, or ""."""
        return self.adopt.removeprefix("extra:") if self.adopt and self.adopt.startswith("extra:") else ""

    @classmethod
    def taken_from(cls, given: dict[str, Any]) -> Self:
        """Take the options out of keyword arguments. Raises ValueError for a value that is none."""
        strategies = Strategies.taken_from(given)
        rules = Rules(
            on_conflict=given.pop("on_conflict", "catalog"),
            own=given.pop("own", frozenset()),
            ignore=given.pop("ignore", frozenset()),
            strategies=strategies,
        )
        names = {one.name for one in fields(cls)} - {"rules"}
        return cls(rules=rules, **{name: given.pop(name) for name in names if name in given})

    def on_site(self, account: Account) -> Self:
        """Return the options for a site that makes extras of its own.

        What ckanext-harvest shows as extras is never sent back where it is installed, and content elsewhere (quirk C8).
        """
        made = INJECTED_EXTRAS if "harvest" in account.extensions else frozenset()
        return replace(self, rules=replace(self.rules, server_made_extras=made))

    def as_dict(self) -> dict[str, Any]:
        """Return the options as JSON values, flat, as `taken_from` takes them."""
        rules = self.rules
        return {
            "on_conflict": rules.on_conflict,
            "own": sorted(rules.own),
            "ignore": sorted(rules.ignore),
            **asdict(rules.strategies),
            **{one.name: getattr(self, one.name) for one in fields(self) if one.name != "rules"},
        }

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Self:
        """Return the options that `as_dict` gave. Raises ValueError where they are not all known."""
        left = dict(given)
        options = cls.taken_from(left)
        if left:
            raise ValueError(f"options that this version does not know: {_listed(left)}")
        return options


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
