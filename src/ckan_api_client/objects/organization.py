"""An organization: the owner of datasets."""

from __future__ import annotations

from ckan_api_client.quirks.equivalence import group_differences

from .base import CkanObject
from .extras import ExtrasField
from .fields import BooleanField, TextField
from .groups import GroupsField
from .problems import Problem, Problems, check_name, check_state
from .tags import TagsField

__all__ = ["CkanOrganization"]


class CkanOrganization(CkanObject):
    """An organization, as `organization_show` gives it and `organization_create` takes it.

    Its members stay under the raw key `users`: sending them replaces all members (F6).
    """

    __slots__ = ()

    id = TextField()
    name = TextField(check=check_name)
    title = TextField()
    description = TextField()
    image_url = TextField()
    is_organization = BooleanField()
    approval_status = TextField()
    state = TextField(check=check_state)
    type = TextField()
    extras = ExtrasField()
    groups = GroupsField()
    tags = TagsField()

    _differing = staticmethod(group_differences)

    def _problems(self, prefix: str) -> Problems:
        yield from super()._problems(prefix)
        if self.name is None:
            yield Problem(f"{prefix}name", "is missing; CKAN makes none up")
