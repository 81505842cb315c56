"""The search index, which answers for the database more often than one thinks."""

from __future__ import annotations

from ckan_api_client.quirks.registry.quirk import Quirk

QUIRKS = (
    Quirk(
        id="E2",
        name="index-is-not-the-database",
        effect="The index can lack datasets, and hold ones that are gone.",
        workaround="What a search lacks is created such that there cannot be two; what it shows is read from the "
        "database before it is written over.",
        where=("syncing.judging.Facts", "syncing.creating.apply_create", "syncing.deleting.apply_delete"),
        source=("ckan/logic/action/get.py:1927", "GSA/data.gov#3919", "#9159"),
    ),
    Quirk(
        id="E3",
        name="index-error-undoes-the-write",
        effect="A write that the index refuses is a 500, and undone.",
        workaround="It is looked what is there before anything is sent again.",
        where=("high_level.datasets.create_once", "high_level.datasets.revise_until_done"),
        source=("ckan/lib/search/index.py:295",),
    ),
    Quirk(
        id="E4",
        name="nothing-changed-changes-the-timestamp",
        effect="An update that changes nothing sets the timestamp, in the database and not in the index.",
        workaround="Nothing is sent where nothing differs; where the index's timestamp is old, the database is asked.",
        where=("high_level.datasets.revise_until_done", "syncing.merging.merge"),
        source=("ckan/logic/action/update.py:310", "#2373", "#4443"),
        until="2.11",
    ),
    Quirk(
        id="E23",
        name="first-millisecond-misses-the-index",
        effect="package_show answers from the index, but for what was written in the first millisecond of a second, "
        "since Solr leaves out the zeros. The database may have the extras in another order.",
        workaround="A dump shows these one by one.",
        where=("quirks.search.is_shown_from_database", "bulk.indexed.Index"),
        source=("ckan/logic/action/get.py:1033",),
    ),
    Quirk(
        id="F5",
        name="index-suffers-from-writers",
        effect="Every write waits for the index; several at once can be more than it bears.",
        workaround="A run has fewer writes under way where the index says 503, and waits.",
        where=("wire.pacing.Pace", "wire.retry.insist"),
        source=("ckan/lib/search/index.py:319", "ckan/ckanapi#118"),
    ),
    Quirk(
        id="E21",
        name="trash-is-not-indexed",
        effect="A search finds nothing that is deleted, unless a site keeps the trash in its index.",
        workaround="A dump with what is deleted says so where it found none.",
        where=("quirks.search.left_out", "cli.commands.dump.command"),
        source=("ckan/lib/search/index.py:132",),
    ),
    Quirk(
        id="E22",
        name="indexed-before-the-commit",
        effect="A dataset is in the index before the database shows it to other requests.",
        workaround="Where index and database differ, they are looked at again after some seconds, before that is told.",
        where=("low_level.index_check.check_index",),
        source=("ckan/model/modification.py:24",),
    ),
)
