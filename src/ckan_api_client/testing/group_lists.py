"""The actions that list groups and organizations, with CKAN's limits (quirks B7, E7, G5)."""

from typing import Any, Final

from .authorization import groups_with, organizations_with
from .errors import NotFoundFailure, ValidationFailure
from .group_records import group_record, listed_groups
from .packages import page_of
from .site import Call
from .store import Row
from .values import as_flag, internal_failure

_MAX_NAMES, _MAX_RECORDS = 1000, 25
_SORTS: Final = {"name": "name", "title": "title", "packages": "package_count", "package_count": "package_count"}
_SHORT: Final = ("include_extras", "include_tags", "include_users", "include_groups", "include_followers")


def group_list(call: Call) -> list[str] | list[Row]:
    return _list(call, "groups", is_organization=False)


def organization_list(call: Call) -> list[str] | list[Row]:
    return _list(call, "organizations", is_organization=True)


def _list(call: Call, names: str, *, is_organization: bool) -> list[str] | list[Row]:
    sent = call.arguments
    limit, offset = page_of(call) if sent.get("limit") or sent.get("offset") else (None, None)
    if sent.get("limit") in ("", [], {}):
        raise internal_failure()  # not checked, as it is nothing, and no number either
    if not isinstance(sent.get("q", ""), str):
        raise internal_failure()
    full = as_flag(sent.get("all_fields", False))
    most = _MAX_RECORDS if full else _MAX_NAMES
    limit = min(limit or most, most)
    kind = sent.get("type", "organization" if is_organization else "group")
    if kind in ([], [None]):
        return []  # an array to PostgreSQL with nothing in it, which nothing is equal to
    if not isinstance(kind, str | None):
        raise internal_failure()
    rows = call.store.rows(
        "SELECT * FROM groups WHERE state = 'active' AND is_organization = ? AND type = ?", is_organization, kind
    )
    wanted = sent.get(names)
    if wanted:
        allowed = _names_asked(call, wanted)
        rows = [row for row in rows if row["name"] in allowed]
    text = sent.get("q", "").strip().lower()
    if text:
        rows = [
            row for row in rows if any(text in (row[key] or "").lower() for key in ("name", "title", "description"))
        ]
    rows = _sorted(call, rows)[offset or 0 :][:limit]
    if not full:
        return [row["name"] for row in rows]
    asked = {**dict.fromkeys(_SHORT, False), **sent}
    return [group_record(call.with_arguments(asked), row, in_list=True) for row in rows]


def _names_asked(call: Call, wanted: Any) -> list[str]:
    if isinstance(wanted, str) and call.behaviour.names_may_be_text:
        return [name.strip() for name in wanted.split(",")]
    if not isinstance(wanted, list) or not all(isinstance(name, str | None) for name in wanted):
        raise internal_failure()
    return wanted


def _sorted(call: Call, rows: list[Row]) -> list[Row]:
    sort = call.arguments.get("sort") or call.arguments.get("order_by") or "title asc"
    if not isinstance(sort, str):
        raise internal_failure()
    if sort.strip() in ("packages", "package_count"):
        sort = "package_count desc"
    field, _, direction = sort.strip().replace(":", " ").partition(" ")
    if field not in _SORTS or direction not in ("", "asc", "desc"):
        raise ValidationFailure({"message": f"Cannot sort by field `{field}`"})
    if _SORTS[field] == "package_count":
        counts = {
            row["id"]: call.store.value(
                "SELECT count(*) FROM member JOIN package ON package.id = table_id"
                " WHERE group_id = ? AND table_name = 'package' AND package.state = 'active'",
                row["id"],
            )
            for row in rows
        }
        rows = [row for row in rows if counts[row["id"]]]
        return sorted(rows, key=lambda row: counts[row["id"]], reverse=direction == "desc")
    return sorted(rows, key=lambda row: row[field] or "", reverse=direction == "desc")


def group_list_authz(call: Call) -> list[Row]:
    """Return the groups whose datasets the caller may choose."""
    if call.user is None:
        return []
    rows = call.store.rows("SELECT * FROM groups WHERE state = 'active' AND NOT is_organization")
    if not call.is_sysadmin or call.arguments.get("am_member", False):
        mine = groups_with(call, "manage_group", call.user)
        rows = [row for row in rows if row["id"] in mine]
    return listed_groups(call, [(row, None) for row in rows], with_counts=_with_counts(call, default=True))


def _with_counts(call: Call, *, default: bool) -> bool:
    """CKAN 2.10 always counts in group_list_authz, and counts on demand elsewhere."""
    if call.behaviour.counts_in_group_lists and default:
        return True
    return as_flag(call.arguments.get("include_dataset_count", False))


def organization_list_for_user(call: Call) -> list[Row]:
    """Return the organizations where a user, or the caller, has a permission; by default one that any member has."""
    user: Row | None = call.user
    if call.arguments.get("id"):
        user = call.store.by_reference("users", call.arguments["id"])
        if user is None:
            raise NotFoundFailure("")
    if user is None:
        return []
    rows = call.store.rows("SELECT * FROM groups WHERE state = 'active' AND is_organization")
    if user["sysadmin"]:
        mine = {row["id"]: "admin" for row in rows}
    else:
        mine = organizations_with(call, call.arguments.get("permission", "manage_group"), user)
    found = [(row, mine[row["id"]]) for row in rows if row["id"] in mine]
    return listed_groups(call, [*found], with_counts=_with_counts(call, default=False))
