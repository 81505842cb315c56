"""The kinds of things that are dumped, loaded and deleted, by the words of the command line."""

from __future__ import annotations

#: CKAN's noun for each.
NOUNS = {"datasets": "package", "groups": "group", "organizations": "organization", "users": "user"}


def show_arguments(reference: object, *, include_users: bool) -> dict[str, object]:
    """Return the arguments of the *_show of any kind: whole, but for the datasets of groups and organizations."""
    return {
        "id": reference,
        "include_datasets": False,
        "include_password_hash": True,
        "include_users": include_users,
    }
