"""The DataStore. The client has no flows for it: its actions are called as they are."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="H2",
        name="column-j-stands-for-the-row",
        effect="Of a table with a column `j`, datastore_search gives the values of that column in place of the rows.",
        workaround="None: the answer is given as it came. `records_format: lists` brings whole rows.",
        where=("wire.action.decipher_response",),
        source=("ckan/../ckanext/datastore/backend/postgres.py:1463",),
        until="2.11",
    ),
    Quirk(
        id="H3",
        name="purge-leaves-the-table",
        effect="A dataset that is purged leaves the tables of its resources behind. On 2.12 they are deleted only "
        "through a resource that has the id again.",
        workaround="Deleted datasets go to the trash, with all they have. Who purges one deletes its tables first.",
        where=("high_level.datasets.delete_dataset", "high_level.purging.purge", "syncing.deleting.apply_delete"),
        source=("ckan/logic/action/delete.py:117", "#6675"),
    ),
)
