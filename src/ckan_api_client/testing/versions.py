"""What differs between CKAN 2.10, 2.11 and 2.12, each difference by name. Nothing else asks for a version."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Behaviour:
    """One CKAN's ways. The letters are those of the project's catalogue of quirks."""

    ckan_version: str
    accepts_old_key_header: bool  # B2: X-CKAN-API-Key, before Authorization
    has_site_read: bool  # an action that went away
    has_records_delete: bool  # datastore_records_delete (H3)
    client_ids_are_uuids: bool  # D5
    reads_dates_with_zone: bool  # C14
    missing_content_type_is_html: bool  # A7
    revise_checks_groups: bool  # live c3
    member_list_hides_deleted: bool  # C17
    counts_in_group_lists: bool  # group_list_authz, organization_list_for_user
    counts_private_in_lists: bool  # group_list and organization_list with all_fields
    colon_in_bad_request: bool  # A1
    update_keeps_absent_lists: bool  # C1: resources and groups
    no_op_is_no_write: bool  # E4
    sysadmin_sets_modified: bool  # F4
    lists_of_dicts_are_values: bool  # C5, C6
    extras_are_json_text: bool  # C6
    group_update_keeps_users: bool  # F6
    integers_are_booleans: bool  # A18
    unindexable_is_refused: bool  # E3, live d16
    bulk_update_patches: bool  # G3
    bulk_update_ends_in_404: bool  # live c13: with an unknown id, after all is done; a 500 otherwise
    groups_have_tags: bool
    group_extras_are_plain: bool
    reports_changed_entities: bool  # G4
    commit_indexes: bool  # the index follows each commit, with what the database has; then the actions, what is shown
    names_may_be_text: bool  # group_list and organization_list with "a,b"; breaks otherwise
    bulk_needs_datasets: bool  # bulk_update_… without `datasets` breaks
    has_files: bool  # and the other actions that came with 2.12
    trusts_positions: bool  # live d17: a gap makes resource_patch and resource_create fail


CKAN_2_10: Final = Behaviour(
    ckan_version="2.10.11",
    accepts_old_key_header=True,
    has_site_read=True,
    has_records_delete=False,
    client_ids_are_uuids=False,
    reads_dates_with_zone=False,
    missing_content_type_is_html=False,
    revise_checks_groups=False,
    member_list_hides_deleted=False,
    counts_in_group_lists=True,
    counts_private_in_lists=False,
    colon_in_bad_request=False,
    update_keeps_absent_lists=False,
    no_op_is_no_write=False,
    sysadmin_sets_modified=False,
    lists_of_dicts_are_values=False,
    extras_are_json_text=False,
    group_update_keeps_users=False,
    integers_are_booleans=False,
    unindexable_is_refused=False,
    bulk_update_patches=False,
    bulk_update_ends_in_404=False,
    groups_have_tags=True,
    group_extras_are_plain=False,
    reports_changed_entities=False,
    commit_indexes=True,
    names_may_be_text=False,
    bulk_needs_datasets=True,
    has_files=False,
    trusts_positions=False,
)

CKAN_2_11: Final = Behaviour(
    ckan_version="2.11.6",
    accepts_old_key_header=False,
    has_site_read=False,
    has_records_delete=True,
    client_ids_are_uuids=True,
    reads_dates_with_zone=True,
    missing_content_type_is_html=True,
    revise_checks_groups=True,
    member_list_hides_deleted=True,
    counts_in_group_lists=False,
    counts_private_in_lists=False,
    colon_in_bad_request=False,
    update_keeps_absent_lists=False,
    no_op_is_no_write=False,
    sysadmin_sets_modified=False,
    lists_of_dicts_are_values=False,
    extras_are_json_text=False,
    group_update_keeps_users=False,
    integers_are_booleans=False,
    unindexable_is_refused=False,
    bulk_update_patches=False,
    bulk_update_ends_in_404=True,
    groups_have_tags=True,
    group_extras_are_plain=False,
    reports_changed_entities=False,
    commit_indexes=True,
    names_may_be_text=True,
    bulk_needs_datasets=False,
    has_files=False,
    trusts_positions=False,
)

CKAN_2_12: Final = Behaviour(
    ckan_version="2.12.0",
    accepts_old_key_header=False,
    has_site_read=False,
    has_records_delete=True,
    client_ids_are_uuids=True,
    reads_dates_with_zone=True,
    missing_content_type_is_html=True,
    revise_checks_groups=True,
    member_list_hides_deleted=True,
    counts_in_group_lists=False,
    counts_private_in_lists=True,
    colon_in_bad_request=True,
    update_keeps_absent_lists=True,
    no_op_is_no_write=True,
    sysadmin_sets_modified=True,
    lists_of_dicts_are_values=True,
    extras_are_json_text=True,
    group_update_keeps_users=True,
    integers_are_booleans=True,
    unindexable_is_refused=True,
    bulk_update_patches=True,
    bulk_update_ends_in_404=True,
    groups_have_tags=False,
    group_extras_are_plain=True,
    reports_changed_entities=True,
    commit_indexes=False,
    names_may_be_text=True,
    bulk_needs_datasets=False,
    has_files=True,
    trusts_positions=True,
)

BEHAVIOURS: Final = {"2.10": CKAN_2_10, "2.11": CKAN_2_11, "2.12": CKAN_2_12}


def behaviour_of(version: str) -> Behaviour:
    """Return the ways of a version such as "2.11"; a ValueError names those there are."""
    try:
        return BEHAVIOURS[version]
    except KeyError:
        raise ValueError(f"no embedded CKAN {version!r}; there are {', '.join(BEHAVIOURS)}") from None
