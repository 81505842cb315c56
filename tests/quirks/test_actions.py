"""What the names of actions tell (quirk G3)."""

from __future__ import annotations

import pytest

from ckan_api_client.quirks.actions import is_reading, is_refused_when_done


@pytest.mark.parametrize(
    "action",
    [
        "package_show",
        "package_search",
        "package_list",
        "organization_list",
        "organization_list_for_user",
        "group_list_authz",
        "current_package_list_with_resources_list",
        "tag_autocomplete",
        "user_show",
        "status_show",
        "activity_diff",
        "group_follower_count",
        "am_following_dataset",
        "datastore_search",
    ],
)
def test_some_actions_only_read(action: str) -> None:
    assert is_reading(action)


@pytest.mark.parametrize(
    "action",
    [
        "package_create",
        "package_update",
        "package_patch",
        "package_revise",
        "package_delete",
        "dataset_purge",
        "resource_create",
        "member_create",
        "follow_dataset",
        "bulk_update_delete",
        "datastore_search_sql",
        "package_list_update",
        "show_package",
    ],
)
def test_the_others_may_write(action: str) -> None:
    assert not is_reading(action)


@pytest.mark.parametrize("action", ["bulk_update_delete", "bulk_update_private", "bulk_update_public"])
def test_a_bulk_action_that_finds_nothing_may_have_been_carried_out(action: str) -> None:
    assert is_refused_when_done(action, 404)
    assert not is_refused_when_done(action, 403)
    assert not is_refused_when_done("package_delete", 404)
