"""One CKAN site, and one call of an action on it: what every action is given."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from .errors import CkanFailure, ValidationFailure
from .index import Index
from .store import Row, Store
from .values import MISSING
from .versions import Behaviour

MAX_UPLOAD = 10 * 1024 * 1024  # ckan.max_resource_size


class UploadedFile(NamedTuple):
    """A file that came with a multipart request."""

    name: str
    file: BinaryIO


@dataclass
class Site:
    store: Store
    index: Index
    behaviour: Behaviour
    url: str
    uploads: Path


@dataclass
class Call:
    """An action's arguments, who asks (None: nobody known), and where. Arguments may be changed by the action."""

    site: Site
    user: Row | None
    arguments: dict[str, Any]
    changed_packages: set[str] = field(default_factory=set)
    late_failure: CkanFailure | None = None  # what goes wrong when all is done (A16)
    by_callback: bool = False  # whether it is a parameter `callback` that made the caller unknown (A10)

    @property
    def store(self) -> Store:
        return self.site.store

    @property
    def behaviour(self) -> Behaviour:
        return self.site.behaviour

    @property
    def user_name(self) -> str:
        """The name that CKAN puts into its messages: empty for somebody unknown."""
        return self.user["name"] if self.user else ""

    @property
    def is_sysadmin(self) -> bool:
        return bool(self.user and self.user["sysadmin"])

    def need(self, *names: str) -> Any:
        """Return the arguments of these names (one alone as it is); ValidationFailure for those that are absent."""
        absent = [name for name in names if name not in self.arguments or self._is_taken_apart(self.arguments[name])]
        if absent:
            raise ValidationFailure({name: [MISSING] for name in sorted(absent)})
        values = [self.arguments[name] for name in names]
        return values[0] if len(values) == 1 else values

    def _is_taken_apart(self, value: Any) -> bool:
        """Tell whether CKAN before 2.12 loses a value as it takes arguments apart: a list of records is none (C5)."""
        is_records = isinstance(value, list) and bool(value) and isinstance(value[0], dict)
        return is_records and not self.behaviour.lists_of_dicts_are_values

    def with_arguments(self, arguments: dict[str, Any]) -> "Call":
        """Return the same call with other arguments, as CKAN's actions call one another."""
        return Call(self.site, self.user, arguments, self.changed_packages, by_callback=self.by_callback)
