"""Names and ids: which are legal, whose they are, and how CKAN takes one for the other."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="D1a",
        name="names-are-never-mended",
        effect="Names are 2 to 100 of a-z, 0-9, `-` and `_`, and not new, edit or search; CKAN makes none up.",
        workaround="`validate()` says so; a sync makes one of the title, always the same.",
        where=("quirks.names.is_name", "quirks.names.slug", "syncing.identity.Identity"),
        source=("ckan/logic/validators.py:384",),
    ),
    Quirk(
        id="D1b",
        name="name-may-end-in-a-line-feed",
        effect="A line feed at the end of a name is taken, and no URL reaches the dataset then.",
        workaround="Such a name is taken for illegal.",
        where=("quirks.names.is_name",),
        source=("ckan/logic/validators.py:383",),
    ),
    Quirk(
        id="D2a",
        name="deleted-dataset-gives-its-name",
        effect="A new dataset may take the name of a deleted one, which then bears its id as name.",
        workaround="A name that a deleted dataset has is not taken; a sync deletes before it creates.",
        where=("high_level.datasets.create_dataset", "syncing.running.Execution"),
        source=("ckan/lib/dictization/__init__.py:140", "#3370"),
    ),
    Quirk(
        id="D2b",
        name="rename-onto-a-deleted-name",
        effect="To rename a dataset to the name of a deleted one is a 500.",
        workaround="`wipe_dataset` gives a dataset another name as it deletes it.",
        where=("quirks.names.name_in_trash", "high_level.datasets.wipe_dataset"),
        source=("ckan/logic/validators.py:419", "ckan/model/package.py:59"),
    ),
    Quirk(
        id="D4",
        name="id-and-name-are-one",
        effect="Where an id is asked for, a name will do, and a dataset may be named like another one's id.",
        workaround="What comes back must bear what was asked for.",
        where=("quirks.references.bears", "high_level.datasets.get_dataset", "high_level.groups.get_group"),
        source=("ckan/model/package.py:141",),
    ),
    Quirk(
        id="D5a",
        name="id-is-for-sysadmins",
        effect="Only a sysadmin may choose a dataset's id; from 2.11 on it must be a UUID.",
        workaround="With a sysadmin's token a sync derives a UUID from source and record; else the name has to do.",
        where=("syncing.creating.apply_create", "syncing.identity.Identity"),
        source=("ckan/logic/schema.py:142", "ckan/logic/validators.py:321", "#8069"),
    ),
    Quirk(
        id="D5b",
        name="id-is-given-once",
        effect="An id that any dataset has, a deleted one too, is refused.",
        workaround="So a create that is sent twice makes one dataset; a sync brings its own back from the trash.",
        where=("high_level.datasets.create_once", "syncing.creating.apply_create"),
        source=("ckan/logic/validators.py:200",),
    ),
    Quirk(
        id="D6",
        name="simultaneous-creates-merge",
        effect="Of two creates of one name at the same moment, both can succeed, with one dataset.",
        workaround="A sync looks for its marker in the answer, and refuses to go on with another's.",
        where=("syncing.creating.apply_create",),
        source=("ckan/lib/dictization/__init__.py:133",),
    ),
    Quirk(
        id="D7",
        name="update-by-name",
        effect="An update without an id is that of whichever dataset has the name.",
        workaround="Without an id there is no update.",
        where=("quirks.references.id_of", "low_level.flows.update", "high_level.datasets.update_dataset"),
        source=("ckan/logic/action/update.py:262",),
    ),
)
