"""Deletes: what goes, what stays, and what comes back."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="B5b",
        name="deleted-is-shown",
        effect="package_show gives deleted datasets to sysadmins and to members of their organization.",
        workaround="NotFound, unless `allow_deleted`.",
        where=("quirks.states.is_deleted", "high_level.datasets.get_dataset", "high_level.groups.get_group"),
        source=("ckan/lib/plugins.py:651",),
    ),
    Quirk(
        id="C16a",
        name="deleted-can-be-updated",
        effect="An update of a deleted dataset succeeds, and it stays deleted.",
        workaround="NotFound, unless the update brings it back; a sync sends `state: active` with it.",
        where=("high_level.datasets.update_dataset", "syncing.creating.apply_create"),
        source=("ckan/logic/action/update.py:231",),
    ),
    Quirk(
        id="C16b",
        name="delete-twice",
        effect="To delete what is deleted succeeds.",
        workaround="So a delete whose answer is lost is sent again.",
        where=("low_level.flows.delete",),
        source=("ckan/logic/action/delete.py:73",),
    ),
    Quirk(
        id="C17",
        name="delete-by-name-keeps-memberships",
        effect="Deleted by its name, a dataset stays in its groups; deleted by its id, it leaves them.",
        workaround="Deletes go by id; a name is refused.",
        where=("high_level.datasets.delete_dataset",),
        source=("ckan/logic/action/delete.py:103",),
    ),
    Quirk(
        id="C35",
        name="undelete-brings-back-half",
        effect="A dataset that package_delete deleted comes back without its groups, and never into the list of its "
        "organization's members.",
        workaround="Deletes go by package_revise, under a match: all comes back.",
        where=("high_level.datasets.delete_dataset", "syncing.deleting.apply_delete"),
        source=("ckan/logic/action/delete.py:102",),
    ),
)
