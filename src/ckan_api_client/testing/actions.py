"""Which actions there are: what each is called, whether it writes, and what carries it out."""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from . import datastore_actions, finding, group_lists, groups, members, packages, resources, revise, tags, users
from .errors import NotFoundFailure, NotImplementedHere
from .site import Call
from .unimplemented import SINCE_2_12, UNIMPLEMENTED


class Action(NamedTuple):
    carry_out: Callable[[Call], Any]
    writes: bool


_READS: Final[tuple[Callable[[Call], Any], ...]] = (
    finding.current_package_list_with_resources,
    finding.group_package_show,
    finding.package_search,
    group_lists.group_list,
    group_lists.group_list_authz,
    group_lists.organization_list,
    group_lists.organization_list_for_user,
    groups.group_show,
    groups.organization_show,
    members.member_list,
    packages.package_list,
    packages.package_show,
    resources.resource_show,
    resources.resource_view_list,
    tags.license_list,
    tags.tag_list,
    tags.tag_show,
    tags.vocabulary_list,
    users.api_token_list,
    users.user_list,
    users.user_show,
)
_WRITES: Final[tuple[Callable[[Call], Any], ...]] = (
    groups.group_create,
    groups.group_delete,
    groups.group_patch,
    groups.group_purge,
    groups.group_update,
    groups.organization_create,
    groups.organization_delete,
    groups.organization_patch,
    groups.organization_purge,
    groups.organization_update,
    members.group_member_create,
    members.group_member_delete,
    members.member_create,
    members.member_delete,
    members.organization_member_create,
    members.organization_member_delete,
    packages.bulk_update_delete,
    packages.bulk_update_private,
    packages.bulk_update_public,
    packages.dataset_purge,
    packages.package_create,
    packages.package_delete,
    packages.package_owner_org_update,
    packages.package_patch,
    packages.package_resource_reorder,
    packages.package_update,
    resources.resource_create,
    resources.resource_delete,
    resources.resource_patch,
    resources.resource_update,
    resources.resource_view_create,
    revise.package_revise,
    users.api_token_create,
    users.api_token_revoke,
    users.user_create,
    users.user_delete,
)
_EXTENSIONS: Final = ("activity", "datastore")


def status_show(call: Call) -> dict[str, Any]:
    return {
        "site_title": "CKAN",
        "site_description": "",
        "site_url": call.site.url,
        "error_emails_to": "",
        "locale_default": "en",
        "extensions": list(_EXTENSIONS),
        "ckan_version": call.behaviour.ckan_version,
    }


def site_read(call: Call) -> bool:
    del call
    return True


def help_show(call: Call) -> str:
    """Return the first sentence of what there is to say of an action (CKAN: all its documentation)."""
    name = call.need("name")
    action = action_named(call, name)
    if action is None:
        raise NotFoundFailure("Action function not found")
    return (action.carry_out.__doc__ or name.replace("_", " ").capitalize() + ".").strip()


def _named(functions: tuple[Callable[[Call], Any], ...], *, writes: bool) -> dict[str, Action]:
    return {function.__name__: Action(function, writes) for function in functions}


ACTIONS: Final = {
    **_named((*_READS, *datastore_actions.READS, status_show, site_read, help_show), writes=False),
    **_named((*_WRITES, *datastore_actions.WRITES), writes=True),
}


def action_named(call: Call, name: str) -> Action | None:
    """Return an action, or None if this CKAN has none of that name."""
    if name == "site_read" and not call.behaviour.has_site_read:
        return None
    if name == "datastore_records_delete" and not call.behaviour.has_records_delete:
        return None
    if name in UNIMPLEMENTED or (name in SINCE_2_12 and call.behaviour.has_files):
        return Action(_refuse, writes=True)
    return ACTIONS.get(name)


def _refuse(call: Call) -> Any:
    del call
    raise NotImplementedHere("a CKAN has this action, the embedded one has not")
