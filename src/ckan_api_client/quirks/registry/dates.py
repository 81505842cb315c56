"""Time stamps: of resources, and the one by which a dataset's changes are told."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="C14a",
        name="dates-have-no-zone",
        effect="A time zone in a resource's dates is refused by 2.10, and converted to UTC from 2.11 on.",
        workaround="Dates are sent as naive UTC.",
        where=("quirks.dates.utc_date", "quirks.dates.as_naive_utc"),
        source=("ckan/logic/validators.py:176", "#8305"),
    ),
    Quirk(
        id="C14b",
        name="a-year-is-no-date",
        effect="`2024` and `2024-01` refuse the whole dataset.",
        workaround="`validate()` names them, and a sync keeps them under another key.",
        where=("quirks.dates.utc_date", "objects.problems.check_date"),
        source=("ckan/lib/helpers.py:1533",),
    ),
    Quirk(
        id="C14c",
        name="dates-are-utc-without-saying-so",
        effect="Dates come back without a zone, and are UTC.",
        workaround="They are compared as instants.",
        where=("quirks.normalisation.as_date", "quirks.normalisation.same_date"),
        source=("ckan/lib/dictization/__init__.py:50",),
    ),
    Quirk(
        id="F4a",
        name="sysadmin-sets-the-timestamp",
        effect="`metadata_modified` is obeyed when a sysadmin sends it: what was read and sent back freezes it.",
        workaround="It is never sent, but in `match`; which also holds the values that are written over.",
        where=("quirks.equivalence.SERVER_MADE_DATASET_KEYS", "quirks.revising.revise_arguments"),
        source=("2.12 ckan/logic/schema/__init__.py:179", "2.12 ckan/logic/action/update.py:298", "#8407"),
        since="2.12",
    ),
    Quirk(
        id="F4b",
        name="some-changes-leave-the-timestamp",
        effect="package_delete, putting a dataset into a group from the group's side, and a DataStore's table for one "
        "of its resources leave the timestamp alone.",
        workaround="`match` holds the state beside the timestamp. A sync reads a dataset before it writes its groups "
        "or resources over.",
        where=("quirks.revising.revise_arguments", "quirks.moments.UNTIMED", "syncing.applying.apply_update"),
        source=("ckan/logic/action/delete.py:73", "#9116"),
    ),
)
