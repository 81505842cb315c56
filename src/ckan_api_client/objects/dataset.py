"""A dataset: what CKAN calls a package."""

from __future__ import annotations

from ckan_api_client.quirks.equivalence import field_differences

from .base import CkanObject
from .extras import ExtrasField
from .fields import BooleanField, TextField
from .groups import GroupsField
from .problems import Problem, Problems, check_email, check_name, check_state, check_version
from .resources import ResourcesField
from .tags import TagsField

__all__ = ["CkanDataset"]


class CkanDataset(CkanObject):
    """A dataset, as `package_show` gives it and `package_create` takes it."""

    __slots__ = ()

    id = TextField()
    name = TextField(check=check_name)
    title = TextField()
    author = TextField()
    author_email = TextField(check=check_email)
    license_id = TextField()
    maintainer = TextField()
    maintainer_email = TextField(check=check_email)
    notes = TextField()
    owner_org = TextField()
    private = BooleanField()
    state = TextField(check=check_state)
    type = TextField()
    url = TextField()
    version = TextField(check=check_version)
    metadata_created = TextField(read_only=True)
    metadata_modified = TextField(read_only=True)
    extras = ExtrasField()
    groups = GroupsField()
    resources = ResourcesField()
    tags = TagsField()

    _differing = staticmethod(field_differences)

    def _problems(self, prefix: str) -> Problems:
        yield from super()._problems(prefix)
        if self.name is None:
            yield Problem(f"{prefix}name", "is missing; CKAN makes none up")
        if self.private is True and not self.owner_org:
            yield Problem(f"{prefix}private", "needs an owner_org: CKAN has no private datasets without one")
