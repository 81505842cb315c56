"""Actions that a CKAN has and the embedded one has not: it says so, instead of taking them for unknown."""

from typing import Final

SINCE_2_12: Final = frozenset(
    """
    activity_delete activity_delete_all activity_delete_counts file_create file_delete file_owner_scan
    file_ownership_transfer file_pin file_register file_rename file_show file_unpin
    """.split()  # noqa: SIM905 - as below
)
UNIMPLEMENTED: Final = frozenset(
    """
    activity_create activity_data_show activity_diff activity_show am_following_dataset am_following_group
    am_following_user config_option_list config_option_show config_option_update dashboard_activity_list
    dashboard_mark_activities_old dashboard_new_activities_count dataset_followee_count dataset_followee_list
    dataset_follower_count dataset_follower_list datastore_function_create datastore_function_delete
    datastore_run_triggers follow_dataset follow_group follow_user followee_count followee_list format_autocomplete
    get_site_user group_activity_list group_autocomplete group_followee_count group_followee_list
    group_follower_count group_follower_list job_cancel job_clear job_list job_show member_roles_list
    organization_activity_list organization_autocomplete organization_followee_count organization_followee_list
    organization_follower_count organization_follower_list package_activity_list package_autocomplete
    package_collaborator_create package_collaborator_delete package_collaborator_list
    package_collaborator_list_for_user package_create_default_resource_views package_relationship_create
    package_relationship_delete package_relationship_update package_relationships_list
    recently_changed_packages_activity_list resource_create_default_resource_views resource_search
    resource_view_clear resource_view_delete resource_view_reorder resource_view_show resource_view_update
    send_email_notifications tag_autocomplete tag_create tag_delete tag_search task_status_delete task_status_show
    task_status_update task_status_update_many term_translation_show term_translation_update
    term_translation_update_many unfollow_dataset unfollow_group unfollow_user user_activity_list user_autocomplete
    user_followee_count user_followee_list user_follower_count user_follower_list user_invite user_patch user_update
    vocabulary_create vocabulary_delete vocabulary_show vocabulary_update
    """.split()  # noqa: SIM905 - a hundred quoted names would hide the names
)
