"""What a plan says of its token: that it may not write what is planned, or may do more than has to be done."""

from __future__ import annotations

from collections import Counter

from ckan_api_client.exceptions import CkanError
from ckan_api_client.low_level.flows import call_for_list
from ckan_api_client.syncing.catalog import Account
from ckan_api_client.syncing.plan import Plan
from ckan_api_client.wire.messages import Flow

#: How many organizations are named.
_MOST = 5


def permission_notes(plan: Plan, account: Account) -> Flow[list[str]]:
    """Return notes for a plan; at most one request. Where a dataset is to change, `doctor` knows, the plan does not."""
    used = Counter(str(create.data["owner_org"]) for create in plan.creates if create.data.get("owner_org"))
    if account.is_sysadmin:
        return _of_sysadmin(plan, account, set(used))
    if not used:
        return []
    try:
        writable = yield from call_for_list("organization_list_for_user", {"permission": "create_dataset"}, dict)
    except CkanError:
        return []  # It is a courtesy, which no plan is lost for: who may not write is refused anyway.
    open_to_us = {one.get(key) for one in writable for key in ("id", "name")}
    made = {change.name for change in plan.groups if change.kind == "organization"}
    closed = sorted(set(used) - open_to_us - made)
    notes = [
        f"{account.name} may not make datasets in organization {name}: CKAN will refuse {used[name]:,}; "
        "an administrator of it can make the user an editor"
        for name in closed[:_MOST]
    ]
    if len(closed) > _MOST:
        notes.append(f"nor in {len(closed) - _MOST:,} more")
    return notes


def _of_sysadmin(plan: Plan, account: Account, organizations: set[str]) -> list[str]:
    """Return a note where an editor could do it all; once only, before the first run of a source."""
    is_all = len(plan.creates) == len(plan) and plan.rules.get("deletes") != "purge"
    if plan.serial or not is_all or len(organizations) != 1:
        return []
    (name,) = organizations
    note = (
        f"{account.name} is a sysadmin, whose token may do everything on this site: "
        f"an editor's of organization {name} is enough for this source"
    )
    return [note]
