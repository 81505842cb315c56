"""Calls about organizations and groups, and who and what is in them."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from twins import values
from twins.calls import Calls, call, call_about, call_with
from twins.steps import Fresh, Id, Name, Step
from twins.values import Values, fields, mostly, one

_SHOWN = {
    "include_datasets": values.BOOLEANS,
    "include_dataset_count": values.BOOLEANS,
    "include_users": values.BOOLEANS,
    "include_extras": values.BOOLEANS,
    "include_tags": values.BOOLEANS,
    "include_groups": values.BOOLEANS,
    "include_followers": values.BOOLEANS,
}
_LISTED = {
    "all_fields": values.BOOLEANS,
    "include_extras": values.BOOLEANS,
    "include_users": values.BOOLEANS,
    "include_dataset_count": values.BOOLEANS,
    "sort": one("name", "title asc", "package_count desc", "nothing", "name desc", 5, ""),
    "type": one("organization", "group", "odd"),
}
_USERS = mostly(one("editor"), one("sysadmin", "nobody-here", None, "", 5), 10)
_CAPACITIES = mostly(one("editor", "member", "admin"), one("public", "odd", "", None, 5), 15)
_ANY_GROUP = st.one_of(values.ORGANIZATION_REFERENCES, values.GROUP_REFERENCES)
_MEMBER = {
    "id": _ANY_GROUP,
    "object": st.one_of(_USERS, values.DATASET_REFERENCES),
    "object_type": mostly(one("user", "package"), one("group", "odd", None, 5, ""), 6),
}
_DATASETS = mostly(
    st.lists(st.one_of(st.sampled_from(values.DATASETS).map(Id), one(Name("d1"), Fresh("no"))), min_size=1, max_size=2),
    one([], None, Id("d1"), [5], {}),
    8,
)
_OF_MANY = {"org_id": values.ORGANIZATION_REFERENCES, "datasets": _DATASETS}


def _lists(kind: str, slots: tuple[str, ...]) -> SearchStrategy[Step]:
    """Return lists of this run's own: there are others, too."""
    asked = mostly(
        st.lists(st.sampled_from([Name(slot) for slot in slots]), min_size=1, max_size=2, unique=True),
        one([Name("no")], Name(slots[0]), [Id(slots[0])]),
    )
    return call(f"{kind}_list", fields({f"{kind}s": asked}, _LISTED, 2))


def _of(kind: str, references: Values, slots: tuple[str, ...]) -> Calls:
    names = mostly(st.sampled_from([Name(slot) for slot in slots]), values.BAD_NAMES, 15)
    new = {**values.GROUP_FIELDS, "id": one(Fresh("group"), "x", None)}
    changed = {**values.GROUP_FIELDS, "name": names}
    return {
        call(f"{kind}_create", mostly(fields({"name": names}, new, 2), fields({}, new, 2), 4)): 3,
        call_about(f"{kind}_patch", references, 3, **changed): 3,
        call_about(f"{kind}_update", references, 3, **changed): 3,
        call_about(f"{kind}_delete", references): 1,
        call_about(f"{kind}_show", references, 2, **_SHOWN): 3,
        call_about(f"{kind}_purge", references): 1,
        _lists(kind, slots): 2,
    }


CALLS: Calls = {
    **_of("organization", values.ORGANIZATION_REFERENCES, values.ORGANIZATIONS),
    **_of("group", values.GROUP_REFERENCES, values.GROUPS),
    call_with("member_create", **_MEMBER, capacity=_CAPACITIES): 4,
    call_with("member_delete", **_MEMBER): 2,
    call_about("member_list", _ANY_GROUP, 2, object_type=_MEMBER["object_type"], capacity=_CAPACITIES): 2,
    call_with("organization_member_create", id=values.ORGANIZATION_REFERENCES, username=_USERS, role=_CAPACITIES): 1,
    call_with("organization_member_delete", id=values.ORGANIZATION_REFERENCES, username=_USERS): 1,
    call_with("bulk_update_private", **_OF_MANY): 2,
    call_with("bulk_update_public", **_OF_MANY): 1,
    call_with("bulk_update_delete", **_OF_MANY): 1,
    call_with(
        "package_owner_org_update", id=values.DATASET_REFERENCES, organization_id=values.ORGANIZATION_REFERENCES
    ): 2,
    call(
        "organization_list_for_user",
        fields({}, {"permission": one("create_dataset", "read", "odd", "", None), "id": _USERS}, 1),
    ): 1,
    call("group_list_authz", fields({}, {"available_only": values.BOOLEANS, "am_member": values.BOOLEANS}, 1)): 1,
    call_about("group_package_show", values.GROUP_REFERENCES): 1,
}
