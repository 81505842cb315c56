"""Groups and organizations: one table, few locks, lists that are cut."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="D3a",
        name="deleted-group-keeps-its-name",
        effect="The name of a deleted organization or group stays taken.",
        workaround="The error says who has it; a sync brings it back.",
        where=("high_level.groups.create_group", "syncing.applying.apply_group"),
        source=("ckan/logic/validators.py:481",),
    ),
    Quirk(
        id="D3b",
        name="groups-and-organizations-share-names",
        effect="A group cannot have the name of an organization, nor the other way round.",
        workaround="The error says who has it: both are looked at.",
        where=("high_level.groups.create_group",),
        source=("ckan/logic/validators.py:481",),
    ),
    Quirk(
        id="F6a",
        name="group-update-removes-members",
        effect="An update of a group or organization without `users` removes all members.",
        workaround="Groups are patched, never updated, and `users` is never among what is sent.",
        where=("high_level.groups.update_group", "quirks.equivalence.SERVER_MADE_GROUP_KEYS"),
        source=("ckan/lib/dictization/model_save.py:330", "2.12 ckan/lib/dictization/model_save.py:360", "#1907"),
        until="2.11",
    ),
    Quirk(
        id="F6b",
        name="group-update-removes-extras",
        effect="An update of a group or organization without `extras` removes them.",
        workaround="Groups are patched, never updated.",
        where=("high_level.groups.update_group",),
        source=("2.12 ckan/lib/dictization/model_save.py:351",),
        since="2.12",
    ),
    Quirk(
        id="F6c",
        name="group-update-removes-datasets",
        effect="An update of a group with some of its datasets takes the others out; group_show gives ten.",
        workaround="`packages` is never among what is sent.",
        where=("high_level.groups.update_group", "quirks.equivalence.SERVER_MADE_GROUP_KEYS"),
        source=("ckan/lib/dictization/model_save.py:330", "#3930"),
    ),
    Quirk(
        id="F6d",
        name="group-patch-keeps-the-last-extras",
        effect="An empty list of extras leaves those of a group or organization as they are, patched or updated.",
        workaround="Where extras are left that should not be, they are sent again, marked as deleted.",
        where=("high_level.groups.update_group", "quirks.groups.extras_to_delete"),
        source=("ckan/lib/dictization/model_save.py:438",),
        until="2.11",
    ),
    Quirk(
        id="E5",
        name="title-of-the-owner-is-old",
        effect="A search, and mostly package_show, gives the titles that an organization and groups had when the "
        "dataset was last written.",
        workaround="Organizations and groups are compared by id and name alone.",
        where=("quirks.equivalence.SERVER_MADE_DATASET_KEYS", "quirks.equivalence.same_groups"),
        source=("#5842", "#7722", "#8561"),
    ),
    Quirk(
        id="E7b",
        name="group-lists-are-cut",
        effect="group_list and organization_list give 1,000 names at most, and 25 where all fields are asked for.",
        workaround="They are read page by page until nothing new comes.",
        where=("quirks.groups.names_after", "quirks.groups.summaries_after", "low_level.flows.list_summaries"),
        source=("ckan/logic/action/get.py:344", "ckan/logic/action/get.py:349"),
    ),
    Quirk(
        id="E7c",
        name="datasets-of-a-group-are-cut",
        effect="organization_show and group_show give ten of their datasets, without a word.",
        workaround="Those are not asked for.",
        where=("quirks.groups.WITHOUT_DATASETS", "low_level.flows.show"),
        source=("ckan/lib/dictization/model_dictize.py:401", "#3483"),
    ),
    Quirk(
        id="E19",
        name="purge-spoils-the-list",
        effect="A list of groups with all fields is a 404 where one of them is purged while it is made.",
        workaround="The page is asked for again, three times in all.",
        where=("quirks.groups.READINGS", "low_level.flows.list_summaries"),
        source=("ckan/logic/action/get.py:316",),
    ),
    Quirk(
        id="C11b",
        name="null-leaves-the-texts-of-groups",
        effect='null leaves title, description and image_url of a group or organization as they are; "" clears them.',
        workaround='"" is sent where one is cleared.',
        where=("quirks.groups.CLEARED_BY_BLANK", "high_level.groups.update_group"),
        source=("ckan/lib/navl/validators.py:212",),
    ),
)
